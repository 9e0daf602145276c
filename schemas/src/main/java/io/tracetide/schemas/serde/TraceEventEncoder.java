package io.tracetide.schemas.serde;

import io.tracetide.schemas.PerformanceIndicators;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * Encodes events to the same bytes as {@link AvroEncoder}, in a third of its time: the fields of
 * the contract are written by code instead of by interpreting the schema. For senders of many
 * events. Thread-safe.
 */
public final class TraceEventEncoder {

  /** Largest buffer that is kept for the next record. */
  private static final int KEPT_BUFFER_BYTES = 64 << 10;

  private static final Map<TraceEventType, Integer> TYPES = places(TraceEventType.class);
  private static final Map<SpanKind, Integer> KINDS = places(SpanKind.class);
  private static final Map<TraceStatus, Integer> STATUSES = places(TraceStatus.class);

  private final AvroEncoder<TraceEvent> numbered;
  private final ThreadLocal<BinaryBuffer> buffers = ThreadLocal.withInitial(BinaryBuffer::new);

  /** Registers the schema with the first event if the subject does not have it. */
  public TraceEventEncoder(SchemaRegistry registry, String subject) {
    this.numbered = new AvroEncoder<>(registry, subject, TraceEvent.class);
  }

  /**
   * Encodes an event in the wire format.
   *
   * @throws io.tracetide.schemas.registry.RegistryUnavailableException if the id is not known yet
   *     and the registry is unavailable
   */
  public byte[] encode(TraceEvent event) {
    int id = numbered.schemaId();
    BinaryBuffer out = buffers.get();
    out.startAt(WireFormat.HEADER_BYTES);
    write(event, out);
    byte[] record = out.toByteArray();
    WireFormat.writeHeader(record, id);
    if (out.capacity() > KEPT_BUFFER_BYTES) {
      buffers.remove();
    }
    return record;
  }

  private static void write(TraceEvent event, BinaryBuffer out) {
    out.text(event.getTenantId());
    out.number(place(TYPES, event.getType()));
    out.text(event.getTraceId());
    out.text(event.getSpanId());
    optional(event.getParentSpanId(), out);
    out.text(event.getServiceName());
    out.text(event.getOperationName());
    out.number(place(KINDS, event.getSpanKind()));
    out.number(place(STATUSES, event.getStatus()));
    time(event.getTimestamp(), out);
    if (out.isPresent(event.getDurationMicros())) {
      out.number(event.getDurationMicros());
    }
    if (out.isPresent(event.getContext())) {
      context(event.getContext(), out);
    }
    texts(event.getTags(), out);
    texts(event.getMetadata(), out);
    out.number(event.getTraceFlags());
    optional(event.getProgressPercentage(), out);
    optional(event.getCurrentOperation(), out);
    usage(event.getResourceUsage(), out);
    indicators(event.getPerformanceIndicators(), out);
    measures(event.getCustomMetrics(), out);
    events(event.getEvents(), out);
    if (out.isPresent(event.getOutcome())) {
      outcome(event.getOutcome(), out);
    }
    indicators(event.getPerformanceSummary(), out);
    usage(event.getResourceUtilization(), out);
    out.decimal(event.getSamplingWeight());
  }

  /** The index of each symbol in the schema. */
  private static <E extends Enum<E>> Map<E, Integer> places(Class<E> type) {
    Schema schema = SpecificData.get().getSchema(type);
    Map<E, Integer> places = new EnumMap<>(type);
    for (E symbol : type.getEnumConstants()) {
      places.put(symbol, schema.getEnumOrdinal(symbol.name()));
    }
    return places;
  }

  private static <E extends Enum<E>> int place(Map<E, Integer> places, E symbol) {
    return Objects.requireNonNull(places.get(symbol));
  }

  private static void context(TraceContext context, BinaryBuffer out) {
    optional(context.getContextId(), out);
    optional(context.getPlanId(), out);
    optional(context.getUserId(), out);
    optional(context.getSessionId(), out);
    optional(context.getCorrelationId(), out);
  }

  private static void usage(@Nullable ResourceUsage usage, BinaryBuffer out) {
    if (out.isPresent(usage) && usage != null) {
      optional(usage.getCpuUsagePercent(), out);
      optional(usage.getMemoryUsageMb(), out);
      optional(usage.getNetworkIoKb(), out);
      optional(usage.getDiskIoKb(), out);
    }
  }

  private static void indicators(@Nullable PerformanceIndicators figures, BinaryBuffer out) {
    if (out.isPresent(figures) && figures != null) {
      optional(figures.getThroughputOpsPerSec(), out);
      optional(figures.getLatencyP95Ms(), out);
      optional(figures.getErrorRatePercent(), out);
      optional(figures.getSuccessRatePercent(), out);
    }
  }

  private static void events(List<SpanEvent> events, BinaryBuffer out) {
    if (!events.isEmpty()) {
      out.number(events.size());
      for (SpanEvent event : events) {
        out.text(event.getEventType());
        out.text(event.getEventName());
        time(event.getTimestamp(), out);
        texts(event.getAttributes(), out);
      }
    }
    out.number(0);
  }

  private static void outcome(TraceOutcome outcome, BinaryBuffer out) {
    out.flag(outcome.getSuccess());
    optional(outcome.getResultType(), out);
    optional(outcome.getOutput(), out);
    TraceError error = outcome.getError();
    if (out.isPresent(error)) {
      out.text(error.getType());
      out.text(error.getMessage());
      optional(error.getStack(), out);
    }
  }

  private static void texts(Map<String, String> texts, BinaryBuffer out) {
    if (!texts.isEmpty()) {
      out.number(texts.size());
      texts.forEach(out);
    }
    out.number(0);
  }

  private static void measures(Map<String, Double> measures, BinaryBuffer out) {
    if (!measures.isEmpty()) {
      out.number(measures.size());
      for (Map.Entry<String, Double> entry : measures.entrySet()) {
        out.text(entry.getKey());
        out.decimal(entry.getValue());
      }
    }
    out.number(0);
  }

  private static void optional(@Nullable String text, BinaryBuffer out) {
    if (out.isPresent(text) && text != null) {
      out.text(text);
    }
  }

  private static void optional(@Nullable Double number, BinaryBuffer out) {
    if (out.isPresent(number) && number != null) {
      out.decimal(number);
    }
  }

  private static void time(Instant time, BinaryBuffer out) {
    out.number(
        Math.addExact(
            Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000));
  }
}
