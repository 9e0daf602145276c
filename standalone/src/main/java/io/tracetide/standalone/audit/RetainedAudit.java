package io.tracetide.standalone.audit;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.retained.RetainedRecords;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the audit trail that Kafka retains, up to the current end, in the order of each partition.
 */
public final class RetainedAudit implements AutoCloseable {

  private final RetainedRecords records;
  private final AvroDecoder<AuditRecord> decoder;

  /** Receives the records. */
  public interface Reader {

    void record(int partition, AuditRecord record);

    void unreadable(int partition, String detail);
  }

  private RetainedAudit(RetainedRecords records, AvroDecoder<AuditRecord> decoder) {
    this.records = records;
    this.decoder = decoder;
  }

  /**
   * Opens the topic.
   *
   * @param patience how long Kafka may take to answer
   * @throws EnvironmentException when Kafka does not answer or has no such topic
   */
  public static RetainedAudit open(KafkaConfig kafka, SchemaRegistry registry, Duration patience) {
    return new RetainedAudit(
        RetainedRecords.open(kafka, Topics.AUDIT, patience),
        new AvroDecoder<>(registry, AuditRecord.class));
  }

  /** Partitions of the trail, from 0. */
  public int partitions() {
    return records.partitions(Topics.AUDIT);
  }

  /** Number of records to read, transaction markers included. */
  public long total() {
    return records.total();
  }

  /**
   * Reads all records.
   *
   * @param progress receives the number of records read
   * @throws EnvironmentException when Kafka or the registry stop responding
   */
  public void read(Reader reader, LongConsumer progress) {
    records.read((partition, offset, value) -> read(partition, offset, value, reader), progress);
  }

  private void read(TopicPartition partition, long offset, byte[] value, Reader reader) {
    try {
      reader.record(partition.partition(), decoder.decode(value));
    } catch (MalformedRecordException | UnknownSchemaException e) {
      reader.unreadable(partition.partition(), "offset %d: %s".formatted(offset, e.getMessage()));
    }
  }

  @Override
  public void close() {
    records.close();
  }
}
