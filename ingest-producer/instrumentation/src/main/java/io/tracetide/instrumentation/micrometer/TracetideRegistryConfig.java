package io.tracetide.instrumentation.micrometer;

import static io.micrometer.core.instrument.config.validate.PropertyValidator.getDuration;

import io.micrometer.core.instrument.push.PushRegistryConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the registry, under {@code tracetide.} wherever the application keeps its own; which
 * service it is, and where Kafka is, is the emitter's to know.
 */
public interface TracetideRegistryConfig extends PushRegistryConfig {

  /** A sample of every meter in every window of the processor. */
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
