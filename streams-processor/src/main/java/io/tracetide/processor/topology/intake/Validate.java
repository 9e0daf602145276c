package io.tracetide.processor.topology.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tracetide.processor.event.DeadLetterReason;
import io.tracetide.processor.event.RecordCheck;
import io.tracetide.processor.event.RecordReader;
import io.tracetide.processor.event.RecordView;
import io.tracetide.processor.intake.ReadersBySchema;
import io.tracetide.processor.intake.RecordBatch;
import io.tracetide.processor.intake.RecordCursor;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.runtime.kafka.deadletter.DeadLetterLog;
import io.tracetide.runtime.kafka.deadletter.DeadLetters;
import io.tracetide.runtime.kafka.streams.FailurePolicy;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.size.Oversized;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and validates records of services: valid records go to one child, invalid ones as dead
 * letters with the reason in their headers to another, and records that belong to another partition
 * to a third.
 *
 * <p>An unreachable schema registry is not an error of the record: the exception leaves this
 * processor, and the record is read again.
 */
public final class Validate<V extends RecordView>
    implements Processor<byte[], byte[], byte[], Validated<V>> {

  private static final Logger log = LoggerFactory.getLogger(Validate.class);
  private static final byte[] NO_KEY = {};

  /** Header of a dead letter: index of the event in its record, when that has several. */
  private static final String INDEX = "index";

  private static final long FAILURE_QUIET_MS = 10_000;

  private final RecordCheck<V> check;
  private final Children children;
  private final ProcessorMetrics.Intake metrics;
  private final @Nullable Placement<V> placement;
  private final @Nullable Unpacking unpacking;
  private final DeadLetterLog deadLetterLog = new DeadLetterLog(log);
  private final ReadersBySchema<RecordReader<V>> readers;
  private final List<Rerouted<V>> rerouted = new ArrayList<>();
  private ProcessorContext<byte[], Validated<V>> context;
  private int partition;
  private long failureQuietUntilMs = Long.MIN_VALUE;
  private long newestMs = Long.MIN_VALUE / 2;

  /**
   * Names of the child processors.
   *
   * @param valid receives valid records
   * @param deadLetter receives dead letters
   */
  public record Children(String valid, String deadLetter) {}

  /** Decides which records belong to another partition. */
  public interface Placement<V extends RecordView> {

    /** Name of the child that receives records that belong to another partition. */
    String child();

    /** The record to send to its own partition; null when it is in it already. */
    @Nullable Record<byte[], Validated<V>> away(V record, int partition);
  }

  /**
   * Validates records of one contract.
   *
   * @param readerOf creates the reader of one version of the contract
   * @param placement applied to each valid record; null when records are not rerouted
   * @param unpacking expands the records of topics of batches; null when no topic has batches
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public Validate(
      SchemaRegistry registry,
      Function<Schema, RecordReader<V>> readerOf,
      RecordCheck<V> check,
      Children children,
      ProcessorMetrics.Intake metrics,
      @Nullable Placement<V> placement,
      @Nullable Unpacking unpacking) {
    this.readers = new ReadersBySchema<>(registry, readerOf);
    this.check = check;
    this.children = children;
    this.metrics = metrics;
    this.placement = placement;
    this.unpacking = unpacking;
  }

  @Override
  public void init(ProcessorContext<byte[], Validated<V>> context) {
    this.context = context;
    // A task that failed in between is initialised again, and reads its records again.
    rerouted.clear();
    partition = context.taskId().partition();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    long offset = context.recordMetadata().map(RecordMetadata::offset).orElse(0L);
    byte @Nullable [] value = record.value();
    RecordBatch batch =
        value != null && RecordBatch.isMarked(record.headers())
            ? new RecordBatch(value, offset)
            : RecordBatch.ofOne(record.key(), value, offset, record.timestamp());
    Unpacking packed = unpacking;
    if (packed == null
        || !context.recordMetadata().map(at -> packed.isOf(at.topic())).orElse(false)) {
      pass(batch, record.timestamp());
      return;
    }
    while (batch.next()) {
      RecordCursor events = events(batch, packed);
      if (events != null) {
        pass(events, record.timestamp());
      }
      forwardOthers();
    }
  }

  private void pass(RecordCursor records, long timestamp) {
    ValidRecords valid = new ValidRecords(records, context.currentSystemTimeMs());
    context.forward(new Record<>(NO_KEY, valid, timestamp), children.valid);
    // The other records are found while the child iterates over the valid ones; forwarded
    // afterwards.
    forwardOthers();
    metrics.received.increment(valid.received);
  }

  private void forwardOthers() {
    rerouted.forEach(other -> context.forward(other.record, other.child));
    rerouted.clear();
  }

  /** The events of a record of several; null when it is damaged, and dead-lettered as a whole. */
  private @Nullable RecordCursor events(RecordCursor record, Unpacking packed) {
    long nowMs = context.currentSystemTimeMs();
    Oversized cut = record.oversized();
    try {
      if (cut == null) {
        return packed.events(record);
      }
      deadLetter(record, nowMs, DeadLetterReason.TOO_LARGE, cut.describe());
    } catch (MalformedRecordException e) {
      deadLetter(record, nowMs, DeadLetterReason.of(e), e.getMessage());
    } catch (UnknownSchemaException e) {
      deadLetter(record, nowMs, DeadLetterReason.UNKNOWN_SCHEMA, e.getMessage());
    } catch (RuntimeException e) {
      fail(record, nowMs, e);
    }
    metrics.received.increment();
    return null;
  }

  /** A record for another child than that of valid records. */
  private record Rerouted<V extends RecordView>(
      String child, Record<byte[], Validated<V>> record) {}

  /** The valid records of a batch. */
  private final class ValidRecords implements Validated.Run<V> {
    private final RecordCursor batch;
    private final long nowMs;
    private int received;

    ValidRecords(RecordCursor batch, long nowMs) {
      this.batch = batch;
      this.nowMs = nowMs;
    }

    @Override
    public boolean next(V into) {
      while (batch.next()) {
        received++;
        if (isValid(batch, into, nowMs) && isHere(into)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public int position() {
      return batch.position();
    }

    @Override
    public void setAside(int position, RuntimeException failure) {
      fail(batch.at(position), nowMs, failure);
    }
  }

  private boolean isHere(V view) {
    if (placement == null) {
      return true;
    }
    Record<byte[], Validated<V>> away = placement.away(view, partition);
    if (away != null) {
      rerouted.add(new Rerouted<>(placement.child(), away));
    }
    return away == null;
  }

  /** Fills the view; dead-letters the record when it is invalid. */
  private boolean isValid(RecordCursor batch, V view, long nowMs) {
    Oversized cut = batch.oversized();
    if (cut != null) {
      deadLetter(batch, nowMs, DeadLetterReason.TOO_LARGE, cut.describe());
      return false;
    }
    try {
      return isReadAndChecked(batch, view, nowMs);
    } catch (RuntimeException e) {
      fail(batch, nowMs, e);
      return false;
    }
  }

  private boolean isReadAndChecked(RecordCursor batch, V view, long nowMs) {
    try {
      if (!batch.fill(view)) {
        read(batch, view);
      }
    } catch (MalformedRecordException e) {
      deadLetter(batch, nowMs, DeadLetterReason.of(e), e.getMessage());
      return false;
    } catch (UnknownSchemaException e) {
      deadLetter(batch, nowMs, DeadLetterReason.UNKNOWN_SCHEMA, e.getMessage());
      return false;
    }
    Optional<RecordCheck.Failure> failure = check.check(view, nowMs, newestMs);
    if (failure.isPresent()) {
      deadLetter(batch, nowMs, failure.get().reason(), failure.get().detail());
      return false;
    }
    newestMs = Math.max(newestMs, Math.min(view.timestampMs(), nowMs));
    return true;
  }

  private void read(RecordCursor batch, V view) {
    byte[] bytes = batch.bytes();
    int start = batch.valueStart();
    int length = batch.valueLength();
    readers.of(WireFormat.schemaId(bytes, start, length)).read(bytes, start, length, view);
  }

  /** Dead-letters a record that made processing fail, so that the others of its batch go on. */
  private void fail(RecordCursor batch, long nowMs, RuntimeException failure) {
    if (FailurePolicy.isOfTheEnvironment(failure)) {
      throw failure;
    }
    if (nowMs >= failureQuietUntilMs) {
      failureQuietUntilMs = nowMs + FAILURE_QUIET_MS;
      log.error("record failed offset={}", batch.offset(), failure);
    }
    deadLetter(batch, nowMs, DeadLetterReason.PROCESSING_FAILED, failure.toString());
  }

  private void deadLetter(
      RecordCursor batch, long nowMs, DeadLetterReason reason, @Nullable String detail) {
    metrics.deadLettered(reason).increment();
    RecordMetadata carrier = context.recordMetadata().orElseThrow();
    String why = detail == null ? "" : detail;
    deadLetterLog.note(
        reason.label(), why, carrier.topic(), carrier.partition(), batch.offset(), nowMs);
    Headers headers =
        DeadLetters.headers(
            reason.label(),
            why,
            carrier.topic(),
            carrier.partition(),
            batch.offset(),
            batch.oversized());
    if (batch.index() != RecordCursor.NO_INDEX) {
      headers.add(INDEX, Integer.toString(batch.index()).getBytes(US_ASCII));
    }
    rerouted.add(
        new Rerouted<>(
            children.deadLetter,
            new Record<>(
                batch.key(),
                new Validated.RawRecord<>(batch.value()),
                batch.timestamp(),
                headers)));
  }
}
