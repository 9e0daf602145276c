package io.tracetide.standalone.cardinality;

import io.tracetide.processor.event.TraceEventCheck;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.registry.RegistryUnavailableException;
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
 * The trace events that Kafka still has, up to now. Reading them is seen by nobody: there is no
 * group and nothing is committed.
 */
public final class RetainedTraces implements AutoCloseable {

  /** Is shown every event. */
  public interface Visitor {

    /** An event that the processor would set aside. */
    void refuse();

    /** An event that it would take; the view is used again for the next one. */
    void count(TraceView event);
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Duration patience;
  private final Map<TopicPartition, Long> ends;
  private final Map<TopicPartition, Long> newest = new HashMap<>();
  private final long total;
  private final boolean wholeRange;

  private RetainedTraces(
      Consumer<byte[], byte[]> consumer, Duration patience, Optional<Instant> from, long limit) {
    this.consumer = consumer;
    this.patience = patience;
    List<TopicPartition> partitions = partitions(consumer);
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
   * Opens the topic.
   *
   * @param patience how long Kafka may take to answer
   * @param from time of the oldest records that are asked for; empty asks for all
   * @param limit how many records to read at most, evenly of all partitions, the newest
   * @throws EnvironmentException when Kafka does not answer or has no such topic
   */
  public static RetainedTraces open(
      KafkaConfig kafka, Duration patience, Optional<Instant> from, long limit) {
    Map<String, Object> settings = new HashMap<>(kafka.properties());
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
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
      return new RetainedTraces(consumer, patience, from, limit);
    } catch (KafkaException e) {
      close(consumer);
      throw away(kafka, e);
    } catch (EnvironmentException e) {
      close(consumer);
      throw e;
    }
  }

  private static EnvironmentException away(KafkaConfig kafka, KafkaException e) {
    return new EnvironmentException(
        "Kafka at %s cannot be read (%s)".formatted(kafka.bootstrapServers(), e.getMessage()), e);
  }

  private static void close(@Nullable Consumer<byte[], byte[]> consumer) {
    if (consumer != null) {
      consumer.close();
    }
  }

  private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.TRACES).stream()
            .map(partition -> new TopicPartition(Topics.TRACES, partition.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new EnvironmentException(
          "Kafka has no topic %s: 'tracetide topics --create' creates it".formatted(Topics.TRACES));
    }
    return partitions;
  }

  /** Partitions without a start have nothing that is asked for. */
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

  public int partitions() {
    return ends.size();
  }

  /** How many records there are to read; a few may be marks of transactions. */
  public long total() {
    return total;
  }

  /** Whether the limit left nothing out. */
  public boolean isWholeRange() {
    return wholeRange;
  }

  /**
   * Reads all of them.
   *
   * @param check as the processor's own; what it refuses is counted as refused
   * @param progress hears how many have been read
   * @throws EnvironmentException when Kafka or the registry stop answering
   */
  public void read(
      SchemaRegistry registry,
      TraceEventCheck check,
      Instant now,
      Visitor visitor,
      LongConsumer progress) {
    EventReader reader = new EventReader(registry, check, now.toEpochMilli(), visitor);
    long quietSince = System.nanoTime();
    long left = left();
    while (left > 0) {
      ConsumerRecords<byte[], byte[]> records = poll();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < end(partition)) {
          reader.read(record, partition);
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

  /** Reads events as the processor does. */
  private final class EventReader {
    private final SchemaRegistry registry;
    private final TraceEventCheck check;
    private final long nowMs;
    private final Visitor visitor;
    private final Map<Integer, TraceEventReader> readers = new HashMap<>();
    private final TraceView view = new TraceView();

    EventReader(SchemaRegistry registry, TraceEventCheck check, long nowMs, Visitor visitor) {
      this.registry = registry;
      this.check = check;
      this.nowMs = nowMs;
      this.visitor = visitor;
    }

    void read(ConsumerRecord<byte[], byte[]> record, TopicPartition partition) {
      byte @Nullable [] value = record.value();
      try {
        byte[] bytes = value == null ? new byte[0] : value;
        reader(WireFormat.schemaId(bytes)).read(bytes, view);
      } catch (MalformedRecordException | UnknownSchemaException e) {
        visitor.refuse();
        return;
      } catch (RegistryUnavailableException e) {
        throw new EnvironmentException(
            "the schema registry cannot be asked (%s)".formatted(e.getMessage()), e);
      }
      long newestMs = newest.getOrDefault(partition, Long.MIN_VALUE / 2);
      if (check.check(view, nowMs, newestMs).isPresent()) {
        visitor.refuse();
        return;
      }
      newest.put(partition, Math.max(newestMs, Math.min(view.timestampMs(), nowMs)));
      visitor.count(view);
    }

    private TraceEventReader reader(int schemaId) {
      TraceEventReader known = readers.get(schemaId);
      if (known == null) {
        known = new TraceEventReader(registry.schemaById(schemaId));
        readers.put(schemaId, known);
      }
      return known;
    }
  }
}
