package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.client.EmitterStats;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.client.TraceEmitter;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.broker.EmbeddedKafka;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.StoredEvents;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application whose Kafka and registry come late, go away and come back. */
@Tag("alone")
class EmitterOutageIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PARTITIONS = 2;
  private static final int BEFORE = 200;
  private static final int DURING = 2_000;
  private static final int AFTER = 200;

  @TempDir private Path directory;

  private final int kafkaPort = LoopbackPort.free();
  private final int registryPort = LoopbackPort.free();
  private DataDirectory data;
  private EmbeddedKafka kafka;
  private TraceEmitter emitter;

  @BeforeEach
  void startKafkaAndTheApplication() {
    data = DataDirectory.claim(directory.resolve("data"));
    kafka = startKafka();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      TopicCatalog.ensure(admin, PARTITIONS, (short) 1, PATIENCE);
    }
    emitter =
        TraceEmitter.builder()
            .environment(
                Map.of(
                    "TRACETIDE_BOOTSTRAP_SERVERS",
                    kafka.bootstrapServers(),
                    "TRACETIDE_SCHEMA_REGISTRY_URL",
                    "http://127.0.0.1:" + registryPort + "/apis/ccompat/v7",
                    "TRACETIDE_SERVICE_NAME",
                    "application",
                    "TRACETIDE_RESOURCES_INTERVAL",
                    "1s"))
            .build();
  }

  @AfterEach
  void stop() {
    emitter.close(Duration.ZERO);
    kafka.close();
    data.close();
  }

  private EmbeddedKafka startKafka() {
    return EmbeddedKafka.start(directory.resolve("kafka"), kafkaPort, PATIENCE);
  }

  @Test
  void shouldDeliverEveryEventWhenRegistryAndKafkaAreThereAgainAndDelayTheApplicationNever()
      throws InterruptedException {
    work(BEFORE, 0);
    assertThat(emitter.flush(Duration.ofMillis(100))).as("there is no registry yet").isFalse();
    EmbeddedRegistry registry =
        EmbeddedRegistry.start(EmbeddedRegistry.bundled(), data, registryPort, PATIENCE);
    assertThat(emitter.flush(PATIENCE)).isTrue();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(emitter.metricStats().acknowledged()).isPositive());

    kafka.close();
    long[] nanos = work(DURING, 1);
    assertThat(Duration.ofNanos(nanos[nanos.length / 100 * 99]))
        .as("the 99th percentile of a whole trace of three events")
        .isLessThan(Duration.ofMillis(1));
    assertThat(emitter.stats().pending()).isPositive();

    kafka = startKafka();
    work(AFTER, 0);
    assertThat(emitter.flush(PATIENCE)).isTrue();
    EmitterStats stats = emitter.stats();
    assertThat(stats.emitted()).isEqualTo(3L * (BEFORE + DURING + AFTER));
    assertThat(stats.acknowledged()).isEqualTo(stats.emitted());
    assertThat(stats.dropped()).isZero();
    assertThat(stats.pending()).isZero();
    assertThat(emitter.close(Duration.ofSeconds(10))).isTrue();

    try (HttpSchemaRegistry schemas =
        HttpSchemaRegistry.create(RegistrySettings.of(registry.url()))) {
      assertThat(completed(schemas)).hasSize(BEFORE + DURING + AFTER);
      assertThat(metrics(schemas))
          .contains("cpu_usage_percent", "memory_usage_mb", "jvm_heap_used_mb");
    }
    registry.close();
  }

  /** How long each piece of work was held up by being traced, in ascending order. */
  private long[] work(int pieces, long pauseMillis) {
    long[] nanos = new long[pieces];
    for (int i = 0; i < pieces; i++) {
      long began = System.nanoTime();
      try (ExecutionTrace trace = emitter.startExecutionTrace("piece of work")) {
        trace.progress(50);
        trace.complete();
      }
      nanos[i] = System.nanoTime() - began;
      LockSupport.parkNanos(Duration.ofMillis(pauseMillis).toNanos());
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private Set<String> completed(HttpSchemaRegistry schemas) {
    StoredEvents stored = new StoredEvents(schemas);
    Set<String> ids = new HashSet<>();
    for (String topic : StoredEvents.TOPICS) {
      for (ConsumerRecord<byte[], byte[]> record : read(topic)) {
        for (TraceEvent event : stored.of(record)) {
          if (event.getType() == TraceEventType.COMPLETED) {
            assertThat(ids.add(event.getTraceId())).as("each of them once").isTrue();
          }
        }
      }
    }
    return ids;
  }

  private Set<String> metrics(HttpSchemaRegistry schemas) {
    AvroDecoder<MetricSample> decoder = new AvroDecoder<>(schemas, MetricSample.class);
    Set<String> names = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : read(Topics.METRICS)) {
      assertThat(record.key()).asString().isEqualTo("default|application");
      names.add(decoder.decode(record.value()).getMetricName());
    }
    return names;
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }
}
