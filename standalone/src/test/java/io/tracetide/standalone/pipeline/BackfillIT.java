package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.processor.ProcessorConfig;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.TopicCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events of last year, at full speed, under a broker that looks for old segments every second. */
class BackfillIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int EVENTS = 120_000;

  /** One event each 30 ms: an hour of work, on the hour. */
  private static final long STEP_MS = 30;

  private static final Instant LONG_AGO =
      Instant.now().minus(Duration.ofDays(365)).truncatedTo(ChronoUnit.HOURS);

  @Test
  void shouldCountOldEventsAsLiveOnesAndKeepEveryChangelog(@TempDir Path directory)
      throws Exception {
    PipelineFixture.Builder eager =
        PipelineFixture.in(directory)
            .broker("log.retention.check.interval.ms", "1000")
            .broker("log.segment.bytes", "1048576")
            .broker("log.segment.delete.delay.ms", "1000");
    try (PipelineFixture kafka = eager.start();
        Admin admin = Admin.create(kafka.clients())) {
      TopicCatalog.keep(admin, Topics.TRACES, Duration.ofDays(400), PATIENCE);
      produce(kafka);
      try (ProcessorApp processor = start(kafka, directory)) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(counts(processor.url(), "10s").size()).isEqualTo(360));
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(total(processor.url(), "10s")).isEqualTo(EVENTS));
        Thread.sleep(5_000); // The broker has looked for old segments a few times.
        Map<Long, Long> windows = counts(processor.url(), "10s");
        assertThat(windows.values()).containsOnly(10_000 / STEP_MS, 10_000 / STEP_MS + 1);
        assertThat(counts(processor.url(), "1m").values()).containsOnly(60_000 / STEP_MS);
        assertThat(total(processor.url(), "1h")).isEqualTo(EVENTS);
      }
      assertThat(firstOffsets(admin))
          .as("nothing was deleted from what is read, kept or published")
          .isNotEmpty()
          .allSatisfy((partition, offset) -> assertThat(offset).as("%s", partition).isZero());
    }
  }

  /**
   * Writes all events; fails when one of them was not written. One request at a time: the leader of
   * a new partition may refuse the first one and accept the second, and then it refuses the first
   * one again each time, as out of order.
   */
  private static void produce(PipelineFixture kafka) {
    AvroEncoder<TraceEvent> encoder = kafka.encoder(Topics.TRACES, TraceEvent.class);
    Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ProducerConfig.LINGER_MS_CONFIG,
                20,
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < EVENTS; i++) {
        Instant at = LONG_AGO.plusMillis(i * STEP_MS);
        byte[] value =
            encoder.encode(
                TraceEvent.newBuilder()
                    .setType(TraceEventType.COMPLETED)
                    .setStatus(TraceStatus.COMPLETED)
                    .setTraceId("trace-" + i)
                    .setServiceName("old")
                    .setOperationName("GET /" + i % 50)
                    .setTimestamp(at)
                    .setDurationMicros(1_000L + i)
                    .build());
        producer.send(
            new ProducerRecord<>(
                Topics.TRACES, null, at.toEpochMilli(), ("trace-" + i).getBytes(UTF_8), value),
            (written, failure) -> {
              if (failure != null) {
                failures.add(failure);
              }
            });
      }
    }
    assertThat(failures).as("events that were not written").isEmpty();
  }

  private static ProcessorApp start(PipelineFixture kafka, Path directory) {
    ProcessorConfig config =
        ConfigReader.parse(
            "listener: { port: 0 }\nstateDir: \"%s\"\n".formatted(directory.resolve("state")),
            ProcessorConfig.defaults(),
            Map.of());
    TracetideConfig placed = kafka.config(directory);
    return ProcessorApp.start(config, placed.kafka(), placed.registry(), Clock.systemUTC());
  }

  /** Count of the service by start of the window. */
  private static Map<Long, Long> counts(String url, String granularity) throws Exception {
    URI query =
        URI.create(
            url
                + "/monitoring/analytics?services=old&operations=*&granularity=%s&from=%s&to=%s"
                    .formatted(granularity, LONG_AGO, LONG_AGO.plus(Duration.ofHours(1))));
    HttpResponse<String> response =
        ApiAnswers.checked(
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(query).build(), HttpResponse.BodyHandlers.ofString()));
    Map<Long, Long> counts = new HashMap<>();
    for (JsonNode series : new ObjectMapper().readTree(response.body()).path("series")) {
      for (JsonNode point : series.get("points")) {
        counts.put(
            Instant.parse(point.get("start").asText()).toEpochMilli(), point.get("count").asLong());
      }
    }
    return counts;
  }

  private static long total(String url, String granularity) throws Exception {
    return counts(url, granularity).values().stream().mapToLong(Long::longValue).sum();
  }

  /** First offsets of what the processor reads, keeps and publishes. */
  private static Map<TopicPartition, Long> firstOffsets(Admin admin) throws Exception {
    Set<String> topics =
        admin.listTopics().names().get().stream()
            .filter(
                topic ->
                    topic.equals(Topics.TRACES)
                        || topic.equals(Topics.WINDOW_AGGREGATES)
                        || topic.matches(".*(windows-(10s|1m|1h)|detector-features)-changelog"))
            .collect(Collectors.toSet());
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (TopicDescription topic : admin.describeTopics(topics).allTopicNames().get().values()) {
      List<TopicPartition> partitions =
          topic.partitions().stream()
              .map(partition -> new TopicPartition(topic.name(), partition.partition()))
              .toList();
      partitions.forEach(partition -> asked.put(partition, OffsetSpec.earliest()));
    }
    Map<TopicPartition, Long> first = new HashMap<>();
    Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(asked).all().get();
    found.forEach((partition, info) -> first.put(partition, info.offset()));
    return first;
  }
}
