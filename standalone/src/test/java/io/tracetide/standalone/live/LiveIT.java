package io.tracetide.standalone.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Live queries of a processor over a real broker, with real clients. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RECONNECTS = 100;

  private final HttpClient http = HttpClient.newHttpClient();
  private PipelineFixture kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private AvroEncoder<TraceEvent> encoder;
  private ProcessorApp processor;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    kafka = PipelineFixture.start(directory);
    producer = kafka.producer();
    encoder = kafka.encoder(Topics.TRACES, TraceEvent.class);
    TracetideConfig config =
        ConfigReader.parse(
            """
            processor:
              ledger: { silence: { withoutHistory: 5s } }
              query: { live: { heartbeat: 500ms, stallTimeout: 2s, maxConnections: 20 } }
            """,
            kafka.config(directory.resolve("state")),
            Map.of());
    processor =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
  }

  @AfterAll
  void stop() {
    processor.close();
    kafka.close();
  }

  private void send(TraceEventType type, String trace, String service, String operation) {
    TraceEvent event =
        TraceEvent.newBuilder()
            .setType(type)
            .setStatus(
                type == TraceEventType.COMPLETED ? TraceStatus.COMPLETED : TraceStatus.RUNNING)
            .setTraceId(trace)
            .setServiceName(service)
            .setOperationName(operation)
            .setTimestamp(Instant.now())
            .setDurationMicros(type == TraceEventType.COMPLETED ? 2_000L : null)
            .build();
    producer.send(
        new ProducerRecord<>(Topics.TRACES, trace.getBytes(UTF_8), encoder.encode(event)));
  }

  private void work(String service, String operation) {
    send(TraceEventType.COMPLETED, UUID.randomUUID().toString(), service, operation);
  }

  /** Spans of an operation by the latest point of each window. */
  private static void count(JsonNode update, String operation, Map<String, Long> counts) {
    for (JsonNode series : update.at("/series")) {
      if (series.at("/operation").asText().equals(operation)) {
        series
            .at("/points")
            .forEach(point -> counts.put(point.at("/start").asText(), point.at("/count").asLong()));
      }
    }
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void shouldSendASnapshotAndThenTheChangesOfWindows() throws Exception {
    work("shop", "pay");
    try (SocketClient client = SocketClient.open(processor.url())) {
      client.send("{\"type\":\"subscribe_metrics\",\"id\":\"m\",\"services\":\"shop\"}");
      JsonNode subscribed = client.next();
      assertThat(subscribed.at("/type").asText()).isEqualTo("subscribed");
      JsonNode snapshot = client.next("metrics_update");
      assertThat(snapshot.at("/snapshot").asBoolean()).isTrue();
      assertThat(snapshot.at("/stream")).isEqualTo(subscribed.at("/stream"));
      assertThat(snapshot.at("/granularityMs").asLong()).isEqualTo(10_000);
      Map<String, Long> whole = new HashMap<>();
      Map<String, Long> pay = new HashMap<>();
      count(snapshot, "*", whole);
      count(snapshot, "pay", pay);
      for (int i = 0; i < 20; i++) {
        work("shop", i % 2 == 0 ? "pay" : "refund");
        work("other", "noise");
      }
      long seq = snapshot.at("/seq").asLong();
      while (sum(whole) < 21) {
        JsonNode update = client.next("metrics_update");
        assertThat(update.at("/snapshot").asBoolean()).isFalse();
        assertThat(update.at("/seq").asLong() - update.at("/coalesced").asLong())
            .isEqualTo(seq + 1);
        seq = update.at("/seq").asLong();
        assertThat(update.findValuesAsText("service")).containsOnly("shop");
        count(update, "*", whole);
        count(update, "pay", pay);
      }
      assertThat(sum(pay)).isEqualTo(11);
      JsonNode last = client.next(message -> message.at("/series/0/points/0/final").asBoolean());
      assertThat(last.findValuesAsText("operation")).contains("pay", "*");
      assertSameAsRest(last);
    }
  }

  /** Each final point of the message is in the answer to the query. */
  private void assertSameAsRest(JsonNode update) throws Exception {
    JsonNode answer = JSON.readTree(get("/monitoring/analytics?services=shop").body());
    for (JsonNode series : update.at("/series")) {
      JsonNode same = null;
      for (JsonNode other : answer.at("/series")) {
        if (other.at("/operation").equals(series.at("/operation"))) {
          same = other;
        }
      }
      assertThat(same).isNotNull();
      assertThat(same.at("/points")).contains(series.at("/points/0"));
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(processor.url() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void shouldReadCoarsePointsAgainWhenTheyChange() throws Exception {
    try (SocketClient client = SocketClient.open(processor.url())) {
      client.send(
          "{\"type\":\"subscribe_metrics\",\"services\":[\"wide\",\"*\"],\"granularity\":\"1m\"}");
      JsonNode snapshot = client.next("metrics_update");
      Map<String, Long> counts = new HashMap<>();
      for (int i = 0; i < 5; i++) {
        work("wide", "a");
        work("wide", "b");
      }
      while (sum(counts) < 10) {
        JsonNode update = client.next("metrics_update");
        for (JsonNode series : update.at("/series")) {
          if (series.at("/service").asText().equals("wide")
              && series.at("/operation").asText().equals("*")) {
            series
                .at("/points")
                .forEach(
                    point -> counts.put(point.at("/start").asText(), point.at("/count").asLong()));
          }
        }
      }
      assertThat(snapshot.at("/granularityMs").asLong()).isEqualTo(60_000);
    }
  }

  @Test
  void shouldShowTracesFromStartToEnd() throws Exception {
    try (SocketClient client = SocketClient.open(processor.url())) {
      client.send(
          "{\"type\":\"subscribe_traces\",\"id\":\"t\",\"state\":\"in_flight\",\"service\":\"plan*\"}");
      client.next("trace_update");
      String trace = UUID.randomUUID().toString();
      send(TraceEventType.STARTED, trace, "planner", "trip");
      for (String state : List.of("running", "stuck")) {
        assertThat(next(client, trace).at("/state").asText()).isEqualTo(state);
      }
      send(TraceEventType.COMPLETED, trace, "planner", "trip");
      assertThat(next(client, trace).at("/state").asText()).isEqualTo("completed");
    }
  }

  /** The next change of a trace. */
  private static JsonNode next(SocketClient client, String trace) throws InterruptedException {
    return client
        .next(
            message ->
                !message.at("/snapshot").asBoolean()
                    && message.at("/traces/0/traceId").asText().equals(trace))
        .at("/traces/0");
  }

  @Test
  void shouldShowAnomaliesWhenTheyOpenAndResolve() throws Exception {
    try (SocketClient client = SocketClient.open(processor.url())) {
      client.send("{\"type\":\"subscribe_anomalies\",\"services\":\"sleeper\",\"resolved\":false}");
      assertThat(client.next("anomaly_detected").at("/anomalies")).isEmpty();
      String trace = UUID.randomUUID().toString();
      send(TraceEventType.STARTED, trace, "sleeper", "nap");
      JsonNode open = client.next("anomaly_detected").at("/anomalies/0");
      assertThat(open.at("/kind").asText()).isEqualTo("STUCK_TRACE");
      assertThat(open.at("/state").asText()).isEqualTo("OPEN");
      send(TraceEventType.COMPLETED, trace, "sleeper", "nap");
      JsonNode resolved =
          client.next(message -> message.at("/anomalies/0/state").asText().equals("RESOLVED"));
      assertThat(resolved.at("/anomalies/0/anomalyId")).isEqualTo(open.at("/anomalyId"));
    }
  }

  @Test
  void shouldResumeAHundredTimesWithoutGapOrRepetition() throws Exception {
    ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
    AtomicLong sent = new AtomicLong();
    load.scheduleAtFixedRate(
        () -> {
          work("steady", "tick");
          sent.incrementAndGet();
        },
        0,
        20,
        TimeUnit.MILLISECONDS);
    Map<String, Long> counts = new HashMap<>();
    String query = "topic=metrics&services=steady";
    String last;
    String stream;
    long seq;
    try (EventsClient first = EventsClient.open(http, processor.url(), query, "")) {
      EventsClient.Event snapshot = first.next(event -> event.type().equals("metrics_update"));
      assertThat(snapshot.data().at("/snapshot").asBoolean()).isTrue();
      count(snapshot.data(), "tick", counts);
      last = snapshot.id();
      stream = snapshot.data().at("/stream").asText();
      seq = snapshot.data().at("/seq").asLong();
    }
    for (int i = 0; i < RECONNECTS; i++) {
      if (i == RECONNECTS - 1) {
        load.shutdown();
        assertThat(load.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        producer.flush();
      }
      try (EventsClient again = EventsClient.open(http, processor.url(), query, last)) {
        assertThat(again.next().data().at("/resumed").asBoolean()).isTrue();
        do {
          EventsClient.Event update = again.next(event -> !event.id().isEmpty());
          assertThat(update.data().at("/stream").asText()).isEqualTo(stream);
          assertThat(update.data().at("/snapshot").asBoolean()).isFalse();
          assertThat(update.data().at("/seq").asLong() - update.data().at("/coalesced").asLong())
              .as("follows the last one")
              .isEqualTo(seq + 1);
          count(update.data(), "tick", counts);
          seq = update.data().at("/seq").asLong();
          last = update.id();
        } while (i == RECONNECTS - 1 && sum(counts) < sent.get());
      }
    }
    assertThat(sum(counts)).isEqualTo(sent.get());
  }

  @Test
  void shouldSayThatASequenceCannotBeResumed() throws Exception {
    try (EventsClient client =
        EventsClient.open(http, processor.url(), "topic=anomalies", "gone:7")) {
      assertThat(client.next().data().at("/resumed").asBoolean()).isFalse();
      assertThat(client.next().data().at("/snapshot").asBoolean()).isTrue();
      assertThat(client.next(event -> !event.comment().isEmpty()).comment()).isEqualTo("heartbeat");
    }
    HttpResponse<String> bad = get("/monitoring/live/events?topic=metrics&granularity=7s");
    assertThat(bad.statusCode()).isEqualTo(400);
    assertThat(bad.body()).contains("granularity", "10s");
    assertThat(get("/monitoring/live/events?topic=nothing").body())
        .contains("metrics, anomalies, traces");
  }

  @Test
  void shouldAnswerBadMessagesAndGoOn() throws Exception {
    try (SocketClient client = SocketClient.open(processor.url())) {
      client.send("not json");
      assertThat(client.next("error").at("/detail").asText()).contains("JSON object");
      client.send("{\"type\":\"subscribe_weather\"}");
      assertThat(client.next("error").at("/detail").asText()).contains("subscribe_metrics");
      client.send("{\"type\":\"subscribe_anomalies\",\"id\":\"a\",\"severity\":\"SOME\"}");
      JsonNode error = client.next("error");
      assertThat(error.at("/id").asText()).isEqualTo("a");
      assertThat(error.at("/detail").asText()).contains("severity", "low, medium, high, critical");
      client.send("{\"type\":\"subscribe_anomalies\",\"id\":\"a\"}");
      assertThat(client.next("subscribed").at("/id").asText()).isEqualTo("a");
      client.next("anomaly_detected");
      client.send("{\"type\":\"unsubscribe_anomalies\",\"id\":\"a\"}");
      assertThat(client.next("unsubscribed").at("/id").asText()).isEqualTo("a");
      assertThat(client.next("heartbeat").at("/at").asText()).isNotEmpty();
    }
  }

  @Test
  void shouldCloseAClientThatDoesNotReadWhileAnotherGoesOn() throws Exception {
    ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
    load.scheduleAtFixedRate(
        () -> {
          for (int i = 0; i < 1_000; i++) {
            work("bulk", "operation-" + i);
          }
        },
        0,
        1,
        TimeUnit.SECONDS);
    try (SocketClient slow = SocketClient.open(processor.url(), false);
        SocketClient other = SocketClient.open(processor.url())) {
      for (int i = 0; i < 16; i++) {
        slow.send(
            "{\"type\":\"subscribe_metrics\",\"id\":\"%d\",\"services\":\"bulk\"}".formatted(i));
      }
      other.send(
          "{\"type\":\"subscribe_metrics\",\"services\":\"bulk\",\"operations\":\"operation-1\"}");
      await().atMost(PATIENCE).until(() -> metric("reason=\"slow\"") >= 1);
      long before = other.next("metrics_update").at("/seq").asLong();
      assertThat(other.next("metrics_update").at("/seq").asLong()).isGreaterThan(before);
      slow.read();
      assertThat(slow.status()).isEqualTo(1013);
      assertThat(other.isClosed()).isFalse();
    } finally {
      load.shutdownNow();
    }
  }

  private double metric(String part) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(
            line ->
                line.startsWith("tracetide_processor_live_connections_closed")
                    && line.contains(part))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void shouldRefuseWebSocketsOfOtherSites() {
    assertThatThrownBy(() -> openFrom("https://evil.example"))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(403));
    openFrom(processor.url());
  }

  private void openFrom(String origin) {
    http.newWebSocketBuilder()
        .header("Origin", origin)
        .buildAsync(SocketClient.uri(processor.url()), new java.net.http.WebSocket.Listener() {})
        .join()
        .abort();
  }
}
