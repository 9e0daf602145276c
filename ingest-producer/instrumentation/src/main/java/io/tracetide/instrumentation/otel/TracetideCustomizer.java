package io.tracetide.instrumentation.otel;

import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizer;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Adds {@link RunningSpans} to an SDK with Tracetide's exporter. {@code tracetide.otel.running}
 * ({@code local_roots}, {@code all}, {@code none}) defaults to local roots, {@code
 * tracetide.otel.running.after} to one second.
 */
public final class TracetideCustomizer implements AutoConfigurationCustomizerProvider {

  static final String RUNNING = "tracetide.otel.running";
  static final String RUNNING_AFTER = "tracetide.otel.running.after";

  private static final Duration AFTER = Duration.ofSeconds(1);

  /** Before customizers that wrap exporters and hide their class. */
  private static final int EARLY = -1_000;

  @Override
  public int order() {
    return EARLY;
  }

  @Override
  public void customize(AutoConfigurationCustomizer sdk) {
    // The SDK creates exporters before the tracer provider.
    AtomicReference<TracetideSpanExporter> ours = new AtomicReference<>();
    sdk.addSpanExporterCustomizer(
        (SpanExporter exporter, ConfigProperties config) -> {
          if (exporter instanceof TracetideSpanExporter tracetide) {
            ours.set(tracetide);
          }
          return exporter;
        });
    sdk.addTracerProviderCustomizer(
        (provider, config) -> {
          TracetideSpanExporter exporter = ours.get();
          return exporter == null ? provider : withRunningSpans(provider, exporter, config);
        });
  }

  private static SdkTracerProviderBuilder withRunningSpans(
      SdkTracerProviderBuilder provider, TracetideSpanExporter exporter, ConfigProperties config) {
    Duration after = config.getDuration(RUNNING_AFTER, AFTER);
    return switch (config.getString(RUNNING, "local_roots")) {
      case "local_roots" ->
          provider.addSpanProcessor(
              new RunningSpans(exporter.emitter(), RunningSpans.Which.LOCAL_ROOTS, after));
      case "all" ->
          provider.addSpanProcessor(
              new RunningSpans(exporter.emitter(), RunningSpans.Which.ALL, after));
      case "none" -> provider;
      default ->
          throw new ConfigurationException(
              "%s is %s, expected local_roots, all or none"
                  .formatted(RUNNING, config.getString(RUNNING)));
    };
  }
}
