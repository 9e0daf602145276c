package io.tracetide.gateway.format.span;

import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.TextMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who sent a group of spans: its service, and what else is known of it.
 *
 * @param masked what was masked in these texts
 */
public record SpanSource(String serviceName, Map<String, String> metadata, long masked) {

  public static final String SERVICE_NAME = "service.name";
  public static final String UNKNOWN_SERVICE = "unknown_service";

  /** Adds the instrumentation scope under the names that OpenTelemetry gives it outside OTLP. */
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

  /** Gathers a resource attribute by attribute. */
  public static final class Draft {

    private final RecordBatchBuilder intake;
    private final TextMap metadata;
    private String serviceName = "";

    public Draft(RecordBatchBuilder intake) {
      this.intake = intake;
      this.metadata = intake.metadata();
    }

    public void attribute(String key, String value) {
      if (key.equals(SERVICE_NAME)) {
        serviceName = intake.text().name(value);
      } else {
        metadata.put(key, value);
      }
    }

    public SpanSource finish() {
      String service = serviceName.isBlank() ? UNKNOWN_SERVICE : serviceName;
      intake.sender(service);
      return new SpanSource(service, metadata.toMap(), intake.findings().take());
    }
  }
}
