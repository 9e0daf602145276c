package io.tracetide.instrumentation.otel;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.tracetide.client.InvalidSettingsException;
import io.tracetide.client.TraceEmitter;

/** Provides the exporter for {@code OTEL_TRACES_EXPORTER=tracetide}. */
public final class TracetideSpanExporterProvider implements ConfigurableSpanExporterProvider {

  static final String NAME = "tracetide";

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public SpanExporter createExporter(ConfigProperties config) {
    try {
      return TracetideSpanExporter.owning(
          TraceEmitter.start(ExporterSettings.of(config, System.getenv())));
    } catch (InvalidSettingsException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }
}
