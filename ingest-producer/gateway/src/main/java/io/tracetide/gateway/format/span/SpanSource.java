package io.tracetide.gateway.format.span;

import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.TextMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sender of a group of spans: its service and the other attributes of its resource.
 *
 * @param masked classes of personal data that were masked in these texts
 */
public record SpanSource(String serviceName, Map<String, String> metadata, long masked)
    implements TelemetrySource<SpanSource> {

  public static final String SERVICE_NAME = "service.name";
  public static final String UNKNOWN_SERVICE = "unknown_service";

  /** Adds the instrumentation scope under its attribute names of OpenTelemetry outside OTLP. */
  @Override
  public SpanSource withScope(String name, String version, long maskedInIt) {
    if (name.isEmpty() && version.isEmpty()) {
      return this;
    }
    Map<String, String> more = new LinkedHashMap<>(metadata);
    if (!name.isEmpty()) {
      more.put("otel.scope.name", name);
    }
    if (!version.isEmpty()) {
      more.put("otel.scope.version", version);
    }
    return new SpanSource(serviceName, more, masked | maskedInIt);
  }

  /** Collects the attributes of a resource. */
  public static final class Builder implements TelemetrySource.Builder<SpanSource> {

    private final RecordBatchBuilder batch;
    private final TextMap metadata;
    private String serviceName = "";

    public Builder(RecordBatchBuilder batch) {
      this.batch = batch;
      this.metadata = batch.metadata();
    }

    @Override
    public void attribute(String key, String value) {
      if (key.equals(SERVICE_NAME)) {
        serviceName = batch.text().name(value);
      } else {
        metadata.put(key, value);
      }
    }

    @Override
    public SpanSource build() {
      String service = serviceName.isBlank() ? UNKNOWN_SERVICE : serviceName;
      batch.sender(service);
      return new SpanSource(service, metadata.toMap(), batch.findings().take());
    }
  }
}
