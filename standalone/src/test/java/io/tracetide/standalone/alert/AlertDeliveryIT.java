package io.tracetide.standalone.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.alert.SinkApp;
import io.tracetide.alert.SinkConfig;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an anomaly in Kafka to a webhook's door, over a real broker and registry. */
class AlertDeliveryIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Instant OPENED_AT = Instant.parse("2026-03-01T10:00:00Z");
  private static final int PARTITIONS = 2;

  @TempDir Path directory;

  private final List<JsonNode> posts = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private PipelineFixture kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private AvroEncoder<Anomaly> encoder;
  private HttpServer webhook;

  @BeforeEach
  void start() throws Exception {
    kafka = PipelineFixture.in(directory).partitions(PARTITIONS).start();
    producer = kafka.producer();
    encoder = kafka.encoder(Topics.ANOMALIES, Anomaly.class);
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.setExecutor(threads);
    webhook.createContext(
        "/",
        exchange -> {
          posts.add(new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    webhook.start();
  }

  @AfterEach
  void stop() {
    webhook.stop(0);
    threads.shutdownNow();
    kafka.close();
  }

  @Test
  void shouldTellEachStateOnceAlsoAcrossARestart() throws Exception {
    try (SinkApp sink = sink()) {
      for (int i = 0; i < 20; i++) {
        send(anomaly("fp-" + i, AnomalyState.OPEN, 0));
        send(anomaly("fp-" + i, AnomalyState.OPEN, 0));
        poison(i);
        send(anomaly("fp-" + i, AnomalyState.OPEN, 1));
        send(anomaly("fp-" + i, AnomalyState.RESOLVED, 2));
      }
      send(anomaly("lasting", AnomalyState.OPEN, 0));

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(posts).hasSize(41));
      for (int i = 0; i < 20; i++) {
        assertThat(statusesOf("fp-" + i)).containsExactly("firing", "resolved");
      }
      await().atMost(PATIENCE).until(() -> sink.health().report().isUp());
      assertThat(get(sink, "/api/v2/alerts").findValuesAsText("fingerprint"))
          .containsExactly("lasting");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          get(sink, "/api/v1/notifications?limit=200").findValuesAsText("status"))
                      .hasSize(82)
                      .containsOnly("delivered"));
      assertThat(deadLetters()).hasSize(20);
      assertThat(get(sink, "/readyz").get("status").asText()).isEqualTo("up");
    }

    try (SinkApp sink = sink()) {
      send(anomaly("lasting", AnomalyState.OPEN, 0));
      send(anomaly("fp-3", AnomalyState.OPEN, 1));
      send(anomaly("lasting", AnomalyState.RESOLVED, 1));

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(posts).hasSize(42));
      await().atMost(PATIENCE).until(() -> sink.health().report().isUp());
      assertThat(statusesOf("lasting")).containsExactly("firing", "resolved");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(get(sink, "/api/v2/alerts")).isEmpty());
      assertThat(posts).hasSize(42);
    }
  }

  private SinkApp sink() {
    String url = "http://127.0.0.1:" + webhook.getAddress().getPort() + "/";
    WebhookConfig toWebhook =
        new WebhookConfig(
            Secret.of(url), Secret.NONE, true, true, Duration.ofSeconds(3), Duration.ofSeconds(10));
    SinkConfig config =
        SinkConfig.defaults()
            .withListener(ListenerConfig.onPort(0))
            .withStateDir(directory.resolve("sink").toString())
            // More messages than a receiver gets at once by default.
            .withDelivery(
                DeliveryConfig.defaults()
                    .withRate(new MessageRate(1_000, Duration.ofSeconds(1), 10_000)))
            .withReceivers(
                List.of(ReceiverConfig.toLog("log"), new ReceiverConfig("ops", toWebhook)));
    // Each alert is a group, and is notified at once.
    SinkConfig routed =
        ConfigReader.parse(
            """
            route:
              receiver: log
              groupBy: [operation]
              groupWait: 0s
              groupInterval: 1s
              routes: [{ receiver: log, continue: true }, { receiver: ops }]
            """,
            config,
            Map.of());
    TracetideConfig placed = kafka.config(directory.resolve("state"));
    return SinkApp.start(routed, placed.kafka(), placed.registry(), Clock.systemUTC());
  }

  private void send(Anomaly anomaly) throws Exception {
    producer
        .send(
            new ProducerRecord<>(
                Topics.ANOMALIES,
                anomaly.getFingerprint().getBytes(UTF_8),
                encoder.encode(anomaly)))
        .get();
  }

  private void poison(int i) throws Exception {
    producer
        .send(
            new ProducerRecord<>(
                Topics.ANOMALIES, ("fp-" + i).getBytes(UTF_8), ("poison " + i).getBytes(UTF_8)))
        .get();
  }

  private List<String> statusesOf(String fingerprint) {
    return posts.stream()
        .filter(post -> post.at("/alerts/0/fingerprint").asText().equals(fingerprint))
        .map(post -> post.get("status").asText())
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    List<TopicPartition> partitions =
        List.of(
            new TopicPartition(Topics.NOTIFICATIONS_DEAD_LETTER, 0),
            new TopicPartition(Topics.NOTIFICATIONS_DEAD_LETTER, 1));
    List<ConsumerRecord<byte[], byte[]>> letters = new CopyOnWriteArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
                return letters.size() >= 20;
              });
    }
    letters.forEach(
        letter ->
            assertThat(letter.headers())
                .extracting(header -> header.key())
                .containsExactly("reason", "topic", "partition", "offset"));
    return letters;
  }

  private static JsonNode get(SinkApp sink, String path) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(sink.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    return new ObjectMapper().readTree(response.body());
  }

  private static Anomaly anomaly(String fingerprint, AnomalyState state, int revision) {
    Instant at = OPENED_AT.plusSeconds(10L * revision);
    return Anomaly.newBuilder()
        .setTenantId("default")
        .setAnomalyId(fingerprint + "@" + OPENED_AT)
        .setFingerprint(fingerprint)
        .setServiceName("checkout")
        .setOperationName(fingerprint)
        .setDetector(Detector.THRESHOLD)
        .setKind(AnomalyKind.LATENCY)
        .setRule("slow")
        .setSeverity(Severity.HIGH)
        .setConfidence(1.0)
        .setState(state)
        .setRevision(revision)
        .setOpenedAt(OPENED_AT)
        .setUpdatedAt(at)
        .setResolvedAt(state == AnomalyState.RESOLVED ? at : null)
        .setWindowStart(at.minusSeconds(10))
        .setWindowEnd(at)
        .setObserved(Map.of("p95Ms", 840.0))
        .setExpected(Map.of("p95Ms", 500.0))
        .setContributions(Map.of("p95Ms", 1.0))
        .setSummary("p95 is 840 ms, above 500 ms")
        .setExemplars(new Exemplars(null, null, null))
        .build();
  }
}
