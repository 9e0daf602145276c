package io.tracetide.processor.topology;

import io.tracetide.processor.event.DeadLetterReason;
import io.tracetide.processor.event.TraceEventCheck;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.WireFormat;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads trace events and sets aside what cannot be counted: to {@link #VALID} goes what is fit to
 * be counted, to {@link #DEAD_LETTER} everything else, with the reason in its headers.
 *
 * <p>An unreachable registry is not the record's fault: the exception leaves this processor, and
 * the record is read again.
 */
final class ValidateTraces implements Processor<byte[], byte[], byte[], TraceView> {

  /** Child that takes valid events. */
  static final String VALID = "combine";

  /** Child that takes dead letters. */
  static final String DEAD_LETTER = "traces-dead-letter";

  private static final Logger log = LoggerFactory.getLogger(ValidateTraces.class);

  private final SchemaRegistry registry;
  private final TraceEventCheck check;
  private final ProcessorMetrics metrics;
  private final DeadLetterLog deadLetterLog = new DeadLetterLog(log);
  private final Map<Integer, TraceEventReader> readers = new HashMap<>();
  private final TraceView view = new TraceView();
  private ProcessorContext<byte[], TraceView> context;
  private long newestMs = Long.MIN_VALUE / 2;

  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
  ValidateTraces(SchemaRegistry registry, TraceEventCheck check, ProcessorMetrics metrics) {
    this.registry = registry;
    this.check = check;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], TraceView> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    metrics.received.increment();
    byte @Nullable [] value = record.value();
    byte[] bytes = value == null ? new byte[0] : value;
    long nowMs = context.currentSystemTimeMs();
    try {
      reader(WireFormat.schemaId(bytes)).read(bytes, view);
    } catch (MalformedRecordException e) {
      setAside(record, bytes, DeadLetterReason.of(e), e.getMessage());
      return;
    } catch (UnknownSchemaException e) {
      setAside(record, bytes, DeadLetterReason.UNKNOWN_SCHEMA, e.getMessage());
      return;
    }
    Optional<DeadLetterReason> reason = check.check(view, nowMs, newestMs);
    if (reason.isPresent()) {
      setAside(record, bytes, reason.get(), describe());
      return;
    }
    newestMs = Math.max(newestMs, Math.min(view.timestampMs(), nowMs));
    context.forward(record.withValue(view), VALID);
  }

  private TraceEventReader reader(int schemaId) {
    TraceEventReader known = readers.get(schemaId);
    if (known == null) {
      known = new TraceEventReader(registry.schemaById(schemaId));
      readers.put(schemaId, known);
    }
    return known;
  }

  private void setAside(
      Record<byte[], byte[]> record,
      byte[] bytes,
      DeadLetterReason reason,
      @Nullable String detail) {
    metrics.deadLettered(reason).increment();
    RecordMetadata origin = context.recordMetadata().orElseThrow();
    String why = detail == null ? "" : detail;
    deadLetterLog.log(reason, why, origin, context.currentSystemTimeMs());
    view.refuse(bytes);
    context.forward(
        new Record<>(
            record.key(), view, record.timestamp(), DeadLetters.headers(reason, why, origin)),
        DEAD_LETTER);
  }

  private String describe() {
    return "timestamp " + view.timestampMs() + " ms, duration " + view.durationMicros() + " us";
  }
}
