package io.tracetide.standalone.retained;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.Guarantees;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.broker.BrokerAccess;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the committed records that Kafka retains of a topic, up to the current end, in the order of
 * each partition. It uses no consumer group and commits no offsets.
 */
public final class RetainedRecords implements AutoCloseable {

  /** Receives the records. */
  public interface Reader {

    /**
     * The next record.
     *
     * @throws RegistryUnavailableException ends the reading
     */
    void read(TopicPartition partition, long offset, byte[] value);
  }

  /** Receives whole records. */
  public interface WholeReader {

    /**
     * The next record.
     *
     * @throws RegistryUnavailableException ends the reading
     */
    void read(ConsumerRecord<byte[], byte[]> record);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Duration patience;
  private final Map<TopicPartition, Long> ends;
  private final long total;
  private final boolean wholeRange;

  private RetainedRecords(
      Consumer<byte[], byte[]> consumer,
      List<String> topics,
      Duration patience,
      Optional<Instant> from,
      long limit) {
    this.consumer = consumer;
    this.patience = patience;
    List<TopicPartition> partitions = partitions(consumer, topics);
    consumer.assign(partitions);
    ends = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> starts = starts(from);
    long each = Math.max(1, limit / partitions.size());
    long records = 0;
    boolean whole = true;
    for (TopicPartition partition : partitions) {
      long end = end(partition);
      long asked = starts.getOrDefault(partition, end);
      long start = Math.max(asked, end - each);
      whole &= start == asked;
      records += end - start;
      consumer.seek(partition, start);
    }
    total = records;
    wholeRange = whole;
  }

  /**
   * Opens a topic to read all its records.
   *
   * @param patience how long Kafka may take to answer
   * @throws EnvironmentException when Kafka does not answer or has no such topic
   */
  public static RetainedRecords open(KafkaConfig kafka, String topic, Duration patience) {
    return open(kafka, topic, patience, Optional.empty(), Long.MAX_VALUE);
  }

  /**
   * Opens a topic to read its newest records.
   *
   * @param patience how long Kafka may take to answer
   * @param from time of the oldest records; empty for all
   * @param limit maximum number of records, the newest ones, spread evenly over the partitions
   * @throws EnvironmentException when Kafka does not answer or has no such topic
   */
  public static RetainedRecords open(
      KafkaConfig kafka, String topic, Duration patience, Optional<Instant> from, long limit) {
    return open(kafka, List.of(topic), patience, from, limit);
  }

  /**
   * Opens several topics.
   *
   * @param topics of which the first must exist
   * @param limit maximum number of records of all topics
   */
  static RetainedRecords open(
      KafkaConfig kafka,
      List<String> topics,
      Duration patience,
      Optional<Instant> from,
      long limit) {
    BrokerAccess.check(kafka.bootstrapServers(), kafka.properties(), patience)
        .ifPresent(
            trouble -> {
              throw new EnvironmentException(trouble);
            });
    ClientProperties properties = ClientProperties.of(kafka);
    Guarantees.requireCommitted(properties, "commands that read topics")
        .forbid(ConsumerConfig.GROUP_ID_CONFIG, "commands that read topics");
    Map<String, Object> settings = properties.toMap();
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(patience.toMillis()));
    settings.put(
        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        Math.toIntExact(Math.min(10_000, patience.toMillis())));
    Consumer<byte[], byte[]> consumer = null;
    try {
      consumer =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      return new RetainedRecords(consumer, topics, patience, from, limit);
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

  private static List<TopicPartition> partitions(
      Consumer<byte[], byte[]> consumer, List<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      consumer.partitionsFor(topic).stream()
          .map(partition -> new TopicPartition(topic, partition.partition()))
          .forEach(partitions::add);
      if (partitions.isEmpty()) {
        throw new EnvironmentException(
            "Kafka has no topic %s: 'tracetide topics --create' creates it".formatted(topic));
      }
    }
    return partitions;
  }

  /** Start offsets; partitions without requested records have none. */
  private Map<TopicPartition, Long> starts(Optional<Instant> from) {
    if (from.isEmpty()) {
      return consumer.beginningOffsets(ends.keySet());
    }
    Map<TopicPartition, Long> starts = new HashMap<>();
    consumer
        .offsetsForTimes(
            ends.keySet().stream()
                .collect(Collectors.toMap(partition -> partition, p -> from.get().toEpochMilli())))
        .forEach(
            (TopicPartition partition, @Nullable OffsetAndTimestamp found) -> {
              if (found != null) {
                starts.put(partition, found.offset());
              }
            });
    return starts;
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  /** Partitions of a topic, from 0. */
  public int partitions(String topic) {
    return (int) ends.keySet().stream().filter(each -> each.topic().equals(topic)).count();
  }

  /** Number of records to read, transaction markers included. */
  public long total() {
    return total;
  }

  /** Whether all records of the range are read, despite the limit. */
  public boolean isWholeRange() {
    return wholeRange;
  }

  /**
   * Reads all records.
   *
   * @param progress receives the number of records read
   * @throws EnvironmentException when Kafka or the registry stop responding
   */
  public void read(Reader reader, LongConsumer progress) {
    readWhole(
        record ->
            reader.read(
                new TopicPartition(record.topic(), record.partition()),
                record.offset(),
                value(record)),
        progress);
  }

  /**
   * Reads all records with their keys and headers.
   *
   * @param progress receives the number of records read
   * @throws EnvironmentException when Kafka or the registry stop responding
   */
  public void readWhole(WholeReader reader, LongConsumer progress) {
    long quietSince = System.nanoTime();
    long left = left();
    while (left > 0) {
      for (ConsumerRecord<byte[], byte[]> record : poll()) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < end(partition)) {
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

  private static byte[] value(ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    return value == null ? new byte[0] : value;
  }

  private static void read(ConsumerRecord<byte[], byte[]> record, WholeReader reader) {
    try {
      reader.read(record);
    } catch (RegistryUnavailableException e) {
      throw new EnvironmentException(
          "the schema registry is unavailable (%s)".formatted(e.getMessage()), e);
    }
  }

  private ConsumerRecords<byte[], byte[]> poll() {
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
