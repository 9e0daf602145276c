package io.tracetide.instrumentation.micrometer;

import static io.micrometer.core.instrument.config.validate.PropertyValidator.getDuration;

import io.micrometer.core.instrument.push.PushRegistryConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the registry with the prefix {@code tracetide.}. The service and the addresses of
 * Kafka are settings of the emitter.
 */
public interface TracetideRegistryConfig extends PushRegistryConfig {

  /** One sample of every meter in each window of the processor. */
  TracetideRegistryConfig DEFAULT = key -> null;

  @Override
  @Nullable String get(String key);

  @Override
  default String prefix() {
    return "tracetide";
  }

  @Override
  default Duration step() {
    return getDuration(this, "step").orElse(Duration.ofSeconds(10));
  }
}
