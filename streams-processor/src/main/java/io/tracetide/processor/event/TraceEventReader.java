package io.tracetide.processor.event;

import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a {@link TraceEvent} that aggregation needs. */
public final class TraceEventReader extends RecordReader<TraceView> {

  private static final List<String> REQUIRED =
      List.of("type", "traceId", "serviceName", "operationName", "timestamp");

  /**
   * Creates a reader of events of one version.
   *
   * @param written schema that the events were written with
   * @throws MalformedRecordException when it is not a version of the contract
   */
  public TraceEventReader(Schema written) {
    super(written, REQUIRED, TraceEventReader::topLevel);
  }

  private static @Nullable FieldReader<TraceView> topLevel(String field, Schema written) {
    return switch (field) {
      case "tenantId" -> FieldReader.ofString(written, (out, at, n) -> out.tenant.set(at, n));
      case "type" ->
          FieldReader.ofEnum(
              written,
              TraceEventType.class,
              TraceEventType.UPDATED,
              (out, value) -> out.type = value);
      case "traceId" -> FieldReader.ofString(written, (out, at, n) -> out.traceId.set(at, n));
      case "serviceName" -> FieldReader.ofString(written, (out, at, n) -> out.service.set(at, n));
      case "operationName" ->
          FieldReader.ofString(written, (out, at, n) -> out.operation.set(at, n));
      case "spanId" -> FieldReader.ofString(written, (out, at, n) -> out.spanId.set(at, n));
      case "parentSpanId" ->
          FieldReader.ofString(written, (out, at, n) -> out.parentSpanId.set(at, n));
      case "spanKind" ->
          FieldReader.ofEnum(
              written, SpanKind.class, SpanKind.UNSPECIFIED, (out, value) -> out.kind = value);
      case "events" ->
          FieldReader.ofArray(
              written, item -> FieldReader.ofRecord(item, TraceEventReader::spanEvent));
      case "status" ->
          FieldReader.ofEnum(
              written, TraceStatus.class, TraceStatus.RUNNING, (out, value) -> out.status = value);
      case "timestamp" ->
          FieldReader.ofMicros(written, (out, value) -> out.timestampMicros = value);
      case "durationMicros" ->
          FieldReader.ofLong(written, (out, value) -> out.setDurationMicros(value));
      case "samplingWeight" ->
          FieldReader.ofDouble(written, (out, value) -> out.samplingWeight = value);
      case "customMetrics" ->
          FieldReader.ofMap(
              written,
              (out, at, n) -> out.nameMeasure(at, n),
              number -> FieldReader.ofDouble(number, (out, value) -> out.setMeasure(value)));
      case "resourceUsage" -> FieldReader.ofRecord(written, TraceEventReader::resourceUsage);
      default -> null;
    };
  }

  private static @Nullable FieldReader<TraceView> spanEvent(String field, Schema written) {
    return field.equals("eventType") ? FieldReader.ofString(written, TraceView::noteEvent) : null;
  }

  private static @Nullable FieldReader<TraceView> resourceUsage(String field, Schema written) {
    return ResourceField.ofField(field)
        .map(
            resource ->
                FieldReader.<TraceView>ofDouble(
                    written, (out, value) -> out.setUsage(resource, value)))
        .orElse(null);
  }
}
