package io.tracetide.standalone.retained;

import io.tracetide.processor.event.TraceBatch;
import io.tracetide.processor.event.TraceBatchReader;
import io.tracetide.processor.event.TraceEventCheck;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.intake.ReadersBySchema;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the trace events that Kafka retains, single ones and those in batches, up to the current
 * end.
 */
public final class RetainedEvents implements AutoCloseable {

  /** Receives every event. */
  public interface Visitor {

    /** Called for an event that the processor would send to the dead-letter topic. */
    void refuse();

    /** Called for an event that the processor would accept; the view is reused for the next one. */
    void count(TraceView event);
  }

  private final RetainedRecords records;

  private RetainedEvents(RetainedRecords records) {
    this.records = records;
  }

  /**
   * Opens the topics.
   *
   * @param patience how long Kafka may take to answer
   * @param from time of the oldest records; empty for all
   * @param limit maximum number of records, the newest ones, spread evenly over the partitions
   * @throws EnvironmentException when Kafka does not answer or has no such topic
   */
  public static RetainedEvents open(
      KafkaConfig kafka, Duration patience, Optional<Instant> from, long limit) {
    return new RetainedEvents(
        RetainedRecords.open(
            kafka, List.of(Topics.TRACES, Topics.TRACE_BATCHES), patience, from, limit));
  }

  public int partitions() {
    return records.partitions(Topics.TRACES);
  }

  /** Number of records to read, transaction markers included. */
  public long total() {
    return records.total();
  }

  /** Whether all records of the range are read, despite the limit. */
  public boolean isWholeRange() {
    return records.isWholeRange();
  }

  /**
   * Reads all records.
   *
   * @param check the processor's check; events that it rejects are counted as refused
   * @param progress receives the number of records read
   * @throws EnvironmentException when Kafka or the registry stop responding
   */
  public void read(
      SchemaRegistry registry,
      TraceEventCheck check,
      Instant now,
      Visitor visitor,
      LongConsumer progress) {
    records.read(new EventReader(registry, check, now.toEpochMilli(), visitor), progress);
  }

  @Override
  public void close() {
    records.close();
  }

  /** Decodes events like the processor. */
  private static final class EventReader implements RetainedRecords.Reader {
    private final TraceEventCheck check;
    private final long nowMs;
    private final Visitor visitor;
    private final Map<TopicPartition, Long> newest = new HashMap<>();
    private final ReadersBySchema<TraceEventReader> readers;
    private final ReadersBySchema<TraceBatchReader> batchReaders;
    private final TraceBatch batch = new TraceBatch();
    private final TraceView view = new TraceView();

    EventReader(SchemaRegistry registry, TraceEventCheck check, long nowMs, Visitor visitor) {
      this.readers = new ReadersBySchema<>(registry, TraceEventReader::new);
      this.batchReaders =
          new ReadersBySchema<>(
              registry, schema -> new TraceBatchReader(schema, registry::schemaById));
      this.check = check;
      this.nowMs = nowMs;
      this.visitor = visitor;
    }

    @Override
    public void read(TopicPartition partition, long offset, byte[] value) {
      if (!partition.topic().equals(Topics.TRACE_BATCHES)) {
        readEvent(partition, value, 0, value.length);
        return;
      }
      try {
        batchReaders.of(WireFormat.schemaId(value)).read(value, 0, value.length, batch);
      } catch (MalformedRecordException | UnknownSchemaException e) {
        visitor.refuse();
        return;
      }
      for (int i = 0; i < batch.count(); i++) {
        readEvent(partition, batch.bytes(), batch.start(i), batch.length(i));
      }
    }

    private void readEvent(TopicPartition partition, byte[] bytes, int start, int length) {
      try {
        readers.of(WireFormat.schemaId(bytes, start, length)).read(bytes, start, length, view);
      } catch (MalformedRecordException | UnknownSchemaException e) {
        visitor.refuse();
        return;
      }
      long newestMs = newest.getOrDefault(partition, Long.MIN_VALUE / 2);
      if (check.check(view, nowMs, newestMs).isPresent()) {
        visitor.refuse();
        return;
      }
      newest.put(partition, Math.max(newestMs, Math.min(view.timestampMs(), nowMs)));
      visitor.count(view);
    }
  }
}
