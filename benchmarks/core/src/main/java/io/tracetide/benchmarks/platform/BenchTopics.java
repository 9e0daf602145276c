package io.tracetide.benchmarks.platform;

import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The topics of the benchmarks: those of the catalog, and two for the peers. */
public final class BenchTopics implements AutoCloseable {

  /** The same events as in the topic of traces, keyed by series. */
  public static final String TRACES_BY_SERIES = "traces-by-series";

  /** Where the peers publish their answers. */
  public static final String TALLIES = "tallies";

  private static final Duration POLL = Duration.ofMillis(200);

  private final Admin admin;
  private final String bootstrapServers;
  private final int partitions;
  private final Duration timeout;

  private BenchTopics(Admin admin, String bootstrapServers, int partitions, Duration timeout) {
    this.admin = admin;
    this.bootstrapServers = bootstrapServers;
    this.partitions = partitions;
    this.timeout = timeout;
  }

  /** Receives a record. */
  @FunctionalInterface
  public interface RecordVisitor {
    void visit(byte[] key, byte[] value);
  }

  static BenchTopics create(String bootstrapServers, int partitions, Duration timeout) {
    Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    TopicCatalog.ensure(admin, partitions, (short) 1, timeout);
    BenchTopics topics = new BenchTopics(admin, bootstrapServers, partitions, timeout);
    topics.await(
        admin
            .createTopics(List.of(topics.unlimited(TRACES_BY_SERIES), topics.unlimited(TALLIES)))
            .all());
    // A producer whose first batches come before a partition has its leader may never recover.
    TopicCatalog.all().forEach(spec -> topics.ends(spec.name()));
    topics.ends(TRACES_BY_SERIES);
    topics.ends(TALLIES);
    return topics;
  }

  private NewTopic unlimited(String name) {
    return new NewTopic(name, partitions, (short) 1)
        .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1"));
  }

  /** Offsets at which the partitions of a topic end. */
  public Map<TopicPartition, Long> ends(String topic) {
    return offsets(topic, OffsetSpec.latest());
  }

  /** Records in a topic that no transactions write to. */
  public long records(String topic) {
    return sum(ends(topic)) - sum(offsets(topic, OffsetSpec.earliest()));
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private Map<TopicPartition, Long> offsets(String topic, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (int p = 0; p < partitions; p++) {
      wanted.put(new TopicPartition(topic, p), which);
    }
    Map<TopicPartition, Long> offsets = new HashMap<>();
    await(admin.listOffsets(wanted).all())
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }

  /** Records of a topic that a group has not committed yet. */
  public long lag(String group, String topic) {
    Map<TopicPartition, Long> committed = committed(group);
    Map<TopicPartition, Long> begins = offsets(topic, OffsetSpec.earliest());
    long lag = 0;
    for (Map.Entry<TopicPartition, Long> end : ends(topic).entrySet()) {
      long begin = begins.getOrDefault(end.getKey(), 0L);
      lag += end.getValue() - Math.max(begin, committed.getOrDefault(end.getKey(), begin));
    }
    return lag;
  }

  /** Lets a group that has not started begin at the end of a topic. */
  public void skip(String group, String topic) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    ends(topic).forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end)));
    await(admin.alterConsumerGroupOffsets(group, offsets).all());
  }

  /** Offset of each partition that a group has committed; none where it has not. */
  public Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> committed = new HashMap<>();
    await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                committed.put(partition, offset.offset());
              }
            });
    return committed;
  }

  /** Reads every committed record of those partitions from those offsets to their ends. */
  public void read(Map<TopicPartition, Long> from, RecordVisitor visitor) {
    readRecords(from, each -> visitor.visit(each.key(), each.value()));
  }

  /** The same with everything that a record carries; keys and values may be null. */
  public void readRecords(
      Map<TopicPartition, Long> from, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(from.keySet());
      from.forEach(consumer::seek);
      // For a reader of committed records the end is where the first open transaction begins.
      Map<TopicPartition, Long> ends = consumer.endOffsets(from.keySet());
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          visitor.accept(each);
        }
      }
    }
  }

  /** Deletes everything in a topic, so that the disk does not fill up over the rounds. */
  public void empty(String topic) {
    deleteBefore(ends(topic));
  }

  /** Deletes what lies before those offsets. */
  public void deleteBefore(Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, RecordsToDelete> doomed = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> doomed.put(partition, RecordsToDelete.beforeOffset(offset)));
    await(admin.deleteRecords(doomed).all());
  }

  /** Deletes the topics that Kafka Streams made for an application. */
  public void deleteInternal(String applicationId) {
    List<String> doomed = new ArrayList<>();
    for (String topic : await(admin.listTopics().names())) {
      if (topic.startsWith(applicationId + "-")) {
        doomed.add(topic);
      }
    }
    if (!doomed.isEmpty()) {
      await(admin.deleteTopics(doomed).all());
    }
  }

  /** The topic that holds the input of a variant, by how it wants it keyed. */
  public static String input(EventWriter.Key key) {
    return switch (key) {
      case SERIES -> TRACES_BY_SERIES;
      case BATCH -> Topics.TRACE_BATCHES;
      case TRACE -> Topics.TRACES;
    };
  }

  private <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new EnvironmentException("the request to Kafka failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("interrupted while waiting for Kafka", e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
