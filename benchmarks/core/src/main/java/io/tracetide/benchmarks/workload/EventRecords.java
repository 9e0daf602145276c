package io.tracetide.benchmarks.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;

/** Events as records of the topic of traces: COMPLETED, about 200 bytes in Confluent's format. */
public final class EventRecords {

  private static final HexFormat HEX = HexFormat.of();
  private static final Map<String, String> TAGS =
      Map.of(
          "region",
          "eu-central",
          "http.route",
          "/cart/{item}",
          "deployment",
          "blue-green",
          "http.method",
          "GET");

  private static final int TYPE = position("type");
  private static final int TRACE_ID = position("traceId");
  private static final int SPAN_ID = position("spanId");
  private static final int SERVICE_NAME = position("serviceName");
  private static final int OPERATION_NAME = position("operationName");
  private static final int STATUS = position("status");
  private static final int TIMESTAMP = position("timestamp");
  private static final int DURATION_MICROS = position("durationMicros");

  private final SeriesNames names;
  private final AvroEncoder<TraceEvent> encoder;
  // Reused for each event, because building one from its defaults takes longer than encoding it.
  private final TraceEvent event =
      TraceEvent.newBuilder()
          .setType(TraceEventType.COMPLETED)
          .setTraceId("")
          .setServiceName("")
          .setOperationName("")
          .setSpanKind(SpanKind.SERVER)
          .setTimestamp(Instant.EPOCH)
          .setTags(TAGS)
          .build();

  public EventRecords(Workload workload, SchemaRegistry registry) {
    names = new SeriesNames(workload);
    encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
  }

  private static int position(String field) {
    return TraceEvent.getClassSchema().getField(field).pos();
  }

  /** Trace id of the current event, as the record's key. */
  public static byte[] traceKey(EventSequence at) {
    return traceId(at).getBytes(UTF_8);
  }

  private static String traceId(EventSequence at) {
    return HEX.toHexDigits(at.idHigh()) + HEX.toHexDigits(at.idLow());
  }

  /** The current event in the wire format. */
  public byte[] encode(EventSequence at) {
    identify(at);
    event.put(STATUS, at.failed() ? TraceStatus.FAILED : TraceStatus.COMPLETED);
    event.put(TIMESTAMP, Instant.EPOCH.plus(at.timestampMicros(), ChronoUnit.MICROS));
    event.put(DURATION_MICROS, (long) at.durationMicros());
    return encoder.encode(event);
  }

  /** The start event of the current span in the wire format. */
  public byte[] encodeStart(EventSequence at) {
    long startMicros = at.timestampMicros() - at.durationMicros();
    identify(at);
    event.put(TYPE, TraceEventType.STARTED);
    event.put(STATUS, TraceStatus.RUNNING);
    event.put(TIMESTAMP, Instant.EPOCH.plus(startMicros, ChronoUnit.MICROS));
    event.put(DURATION_MICROS, null);
    byte[] record = encoder.encode(event);
    event.put(TYPE, TraceEventType.COMPLETED);
    return record;
  }

  private void identify(EventSequence at) {
    event.put(TRACE_ID, traceId(at));
    event.put(SPAN_ID, HEX.toHexDigits(at.idLow()));
    event.put(SERVICE_NAME, names.service(at.series()));
    event.put(OPERATION_NAME, names.operation(at.series()));
  }

  /** A span of a service outside the workload, of one millisecond, in its own trace. */
  public byte[] encodeOther(String traceId, String service, String operation, long timestampMs) {
    event.put(TRACE_ID, traceId);
    event.put(SPAN_ID, traceId.substring(16));
    event.put(SERVICE_NAME, service);
    event.put(OPERATION_NAME, operation);
    event.put(STATUS, TraceStatus.COMPLETED);
    event.put(TIMESTAMP, Instant.ofEpochMilli(timestampMs));
    event.put(DURATION_MICROS, 1_000L);
    return encoder.encode(event);
  }
}
