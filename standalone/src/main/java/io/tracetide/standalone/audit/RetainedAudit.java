package io.tracetide.standalone.audit;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The audit trail that Kafka has, up to now: what is committed, in the order of each partition.
 * Reading it is seen by nobody.
 */
public final class RetainedAudit implements AutoCloseable {

  private final Consumer<byte[], byte[]> consumer;
  private final AvroDecoder<AuditRecord> decoder;
  private final Duration patience;
  private final Map<TopicPartition, Long> ends;
  private final long total;

  /** Takes what is read. */
  public interface Reader {

    void record(int partition, AuditRecord record);

    void unreadable(int partition, String detail);
  }

  private RetainedAudit(
      Consumer<byte[], byte[]> consumer, AvroDecoder<AuditRecord> decoder, Duration patience) {
    this.consumer = consumer;
    this.decoder = decoder;
    this.patience = patience;
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.AUDIT).stream()
            .map(partition -> new TopicPartition(Topics.AUDIT, partition.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new EnvironmentException(
          "Kafka has no topic %s: 'tracetide topics --create' creates it".formatted(Topics.AUDIT));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    this.ends = consumer.endOffsets(partitions);
    this.total = left();
  }

  /**
   * Opens the topic.
   *
   * @param patience how long Kafka may take to answer
   * @throws EnvironmentException when Kafka does not answer or has no such topic
   */
  public static RetainedAudit open(KafkaConfig kafka, SchemaRegistry registry, Duration patience) {
    Map<String, Object> settings = new HashMap<>(kafka.properties());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(patience.toMillis()));
    settings.put(
        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        Math.toIntExact(Math.min(10_000, patience.toMillis())));
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    Consumer<byte[], byte[]> consumer = null;
    try {
      consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      return new RetainedAudit(consumer, new AvroDecoder<>(registry, AuditRecord.class), patience);
    } catch (KafkaException e) {
      close(consumer);
      throw new EnvironmentException(
          "Kafka at %s cannot be read (%s)".formatted(kafka.bootstrapServers(), e.getMessage()), e);
    } catch (EnvironmentException e) {
      close(consumer);
      throw e;
    }
  }

  private static void close(@Nullable Consumer<byte[], byte[]> consumer) {
    if (consumer != null) {
      consumer.close();
    }
  }

  /** Partitions of the trail, from 0. */
  public int partitions() {
    return ends.size();
  }

  /** How many records there are to read; some are marks of transactions. */
  public long total() {
    return total;
  }

  /**
   * Reads all of them.
   *
   * @param progress hears how many have been read
   * @throws EnvironmentException when Kafka or the registry stop answering
   */
  public void read(Reader reader, LongConsumer progress) {
    long quietSince = System.nanoTime();
    long left = left();
    while (left > 0) {
      for (ConsumerRecord<byte[], byte[]> record : poll()) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < ends.getOrDefault(partition, 0L)) {
          read(record, reader);
        }
      }
      long before = left;
      left = left();
      progress.accept(total - left);
      if (left < before) {
        quietSince = System.nanoTime();
      } else if (System.nanoTime() - quietSince > patience.toNanos()) {
        throw new EnvironmentException(
            "Kafka has sent nothing for %d seconds, with %d records to go"
                .formatted(patience.toSeconds(), left));
      }
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record, Reader reader) {
    byte @Nullable [] value = record.value();
    try {
      reader.record(record.partition(), decoder.decode(value == null ? new byte[0] : value));
    } catch (MalformedRecordException | UnknownSchemaException e) {
      reader.unreadable(
          record.partition(), "offset %d: %s".formatted(record.offset(), e.getMessage()));
    } catch (RegistryUnavailableException e) {
      throw new EnvironmentException(
          "the schema registry cannot be asked (%s)".formatted(e.getMessage()), e);
    }
  }

  private Iterable<ConsumerRecord<byte[], byte[]>> poll() {
    try {
      return consumer.poll(Duration.ofMillis(500));
    } catch (KafkaException e) {
      throw new EnvironmentException("Kafka cannot be read (%s)".formatted(e.getMessage()), e);
    }
  }

  private long left() {
    long left = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      left += Math.max(0, end.getValue() - consumer.position(end.getKey()));
    }
    return left;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
