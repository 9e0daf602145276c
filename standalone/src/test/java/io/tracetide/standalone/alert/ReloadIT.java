package io.tracetide.standalone.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.alert.SinkApp;
import io.tracetide.alert.SinkSections;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reloads of the configuration while alerts begin and end all the time. */
class ReloadIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int RELOADS = 200;

  /** Changes of the file that are noticed without a request. */
  private static final int FILE_CHANGES = 2;

  private static final Duration BETWEEN_ALERTS = Duration.ofMillis(100);

  /** Alerts that begin in one request. */
  private static final int BATCH = 2;

  /** Batches until an alert ends. */
  private static final int LASTS = 10;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch quiet = new CountDownLatch(1);
  private final AtomicInteger alerts = new AtomicInteger();
  private final Queue<Post> posts = new ConcurrentLinkedQueue<>();
  private PipelineFixture kafka;
  private HttpServer webhooks;
  private Path file;
  private SinkApp sink;

  /**
   * A notification that a webhook received.
   *
   * @param receiver first part of the path
   * @param key its idempotency key
   * @param body its body
   */
  private record Post(String receiver, String key, JsonNode body) {}

  @BeforeEach
  void start() throws Exception {
    webhooks = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhooks.setExecutor(threads);
    webhooks.createContext("/", this::receive);
    webhooks.start();
    kafka = PipelineFixture.in(directory).partitions(2).start();
    file = directory.resolve("tracetide.yaml");
    write(0);
    sink = SinkApp.start(sections(), this::sections, Clock.systemUTC());
    await().atMost(PATIENCE).until(() -> sink.health().report().isUp());
  }

  private SinkSections sections() {
    return TracetideConfig.read(List.of(file), Map.of()).sinkSections();
  }

  /** Answers after some time, so that there usually is an attempt in flight. */
  private void receive(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
    posts.add(
        new Post(
            path.split("/", -1)[1],
            exchange.getRequestHeaders().getFirst("Idempotency-Key"),
            body));
    try {
      TimeUnit.MILLISECONDS.sleep(posts.size() % 5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  @AfterEach
  void stop() {
    quiet.countDown();
    if (sink != null) {
      sink.close();
    }
    webhooks.stop(0);
    threads.shutdownNow();
    kafka.close();
  }

  /**
   * Writes the file. {@code steady} is the same in all of them, {@code moving} has another channel
   * in each, {@code guest} is in every other one; routes, times, rules and limits change too.
   */
  private void write(int number) throws IOException {
    boolean guest = number % 2 == 0;
    StringBuilder text = new StringBuilder();
    text.append("sink:\n  listener: {port: 0}\n  fallbackReceiver: spare\n");
    text.append("  stateDir: '").append(directory.resolve("state")).append("'\n");
    text.append("  delivery: {queueCapacity: ").append(400 + number % 3);
    text.append(", rate: {burst: ").append(100_000 + number % 7).append(", refill: 1ms}}\n");
    text.append("  receivers:\n");
    text.append(receiver("steady", "steady"));
    text.append(receiver("moving", "moving/" + number % 5));
    text.append(receiver("spare", "spare"));
    text.append("    - {name: log, log: {}}\n");
    text.append(guest ? receiver("guest", "guest") : "");
    text.append("  route:\n    receiver: log\n    groupBy: [alertname]\n    groupWait: 0s\n");
    text.append("    groupInterval: ").append(1 + number % 2).append("s\n    routes:\n");
    text.append("      - {matchers: ['team=\"x\"'], receiver: steady, continue: true}\n");
    text.append("      - {matchers: ['team=\"x\"'], receiver: moving, continue: true}\n");
    text.append(number % 3 == 0 ? "      - {matchers: ['team=\"y\"'], receiver: spare}\n" : "");
    text.append(guest ? "      - {matchers: ['team=\"x\"'], receiver: guest}\n" : "");
    if (number % 4 == 0) {
      text.append("  inhibitRules:\n");
      text.append("    - {sourceMatchers: ['team=\"y\"'], targetMatchers: ['team=\"z\"']}\n");
    }
    Path next = kafka.writeConfig(directory.resolve("next.yaml"), text.toString());
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private String receiver(String name, String path) {
    return "    - {name: %s, webhook: {url: 'http://127.0.0.1:%d/%s', allowHttp: true, allowPrivate: true}}%n"
        .formatted(name, webhooks.getAddress().getPort(), path);
  }

  @Test
  void shouldNeitherLoseNorRepeatANotificationInTwoHundredReloads() throws Exception {
    Future<?> traffic = threads.submit(this::sendAlerts);
    reloadOften();
    checkThatAnInvalidFileChangesNothing();
    quiet.countDown();
    traffic.get(30, TimeUnit.SECONDS);

    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              assertThat(keys("steady", "firing")).hasSizeGreaterThanOrEqualTo(alerts.get());
              assertThat(keys("steady", "resolved")).hasSizeGreaterThanOrEqualTo(alerts.get());
              assertThat(keys("moving", "resolved")).hasSizeGreaterThanOrEqualTo(alerts.get());
              assertThat(outcomes().keySet()).containsExactlyInAnyOrderElementsOf(decided());
            });
    checkThatEachAlertIsNotifiedOnce();
    checkThatEachNotificationHasOneOutcome();
    assertThat(reloadsInTheAuditTrail()).isGreaterThanOrEqualTo(RELOADS + FILE_CHANGES + 2);
  }

  /** Each request begins some alerts and ends others that began earlier. */
  private Void sendAlerts() throws Exception {
    int batch = 0;
    while (!quiet.await(BETWEEN_ALERTS.toMillis(), TimeUnit.MILLISECONDS)) {
      List<String> changes = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        changes.add(begin(batch * BATCH + i));
        if (batch >= LASTS) {
          changes.add(end((batch - LASTS) * BATCH + i));
        }
      }
      send(changes);
      alerts.addAndGet(BATCH);
      batch++;
    }
    List<String> ends = new ArrayList<>();
    for (int i = Math.max(0, batch - LASTS) * BATCH; i < batch * BATCH; i++) {
      ends.add(end(i));
    }
    send(ends);
    return null;
  }

  private static String begin(int number) {
    return "{\"labels\":{\"alertname\":\"T%d\",\"team\":\"x\"}}".formatted(number);
  }

  private static String end(int number) {
    return "{\"labels\":{\"alertname\":\"T%d\",\"team\":\"x\"},\"endsAt\":\"%s\"}"
        .formatted(number, Instant.now());
  }

  private void send(List<String> changes) throws Exception {
    HttpResponse<String> response =
        send("POST", "/api/v2/alerts", "[" + String.join(",", changes) + "]");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private void reloadOften() throws Exception {
    for (int i = 1; i <= RELOADS; i++) {
      write(i);
      HttpResponse<String> response = send("POST", "/-/reload", "");
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      Thread.sleep(20);
    }
    for (int i = 1; i <= FILE_CHANGES; i++) {
      String before = status().at("/reload/at").asText();
      write(RELOADS + i);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode reload = status().get("reload");
                assertThat(reload.get("at").asText()).isGreaterThan(before);
                assertThat(reload.get("by").asText()).isEqualTo("file");
                assertThat(reload.get("result").asText()).isEqualTo("applied");
              });
    }
  }

  private void checkThatAnInvalidFileChangesNothing() throws Exception {
    String before = status().at("/config/original").asText();
    String valid = Files.readString(file);
    Files.writeString(file, "sink: {receivers: [], stateDir: ''}\n");
    HttpResponse<String> response = send("POST", "/-/reload", "");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body())
        .contains("tracetide.yaml: 2 problems")
        .contains("sink.receivers: got \"[]\", expected at least one receiver")
        .contains("sink.stateDir: expected a text that is not blank");
    assertThat(status().at("/reload/result").asText()).isEqualTo("invalid");
    assertThat(status().at("/reload/problems")).hasSize(3);
    assertThat(status().at("/config/original").asText()).isEqualTo(before);
    assertThat(metrics())
        .contains("alertmanager_config_last_reload_successful 0.0")
        .anyMatch(
            line -> line.startsWith("tracetide_sink_config_reloads_total{result=\"invalid\"}"));
    int sent = alerts.get();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(keys("steady", "firing")).hasSizeGreaterThan(sent);
              assertThat(ofConfiguration("firing")).hasSize(1);
            });

    Files.writeString(file, valid);
    assertThat(send("POST", "/-/reload", "").body()).isEqualTo("unchanged\n");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(ofConfiguration("resolved")).hasSize(1));
    assertThat(metrics()).contains("alertmanager_config_last_reload_successful 1.0");
    assertThat(ofConfiguration("firing")).hasSize(1);
  }

  private List<Post> ofConfiguration(String status) {
    return posts.stream()
        .filter(post -> post.receiver().equals("spare"))
        .filter(post -> post.body().at("/status").asText().equals(status))
        .filter(
            post ->
                post.body()
                    .at("/alerts/0/labels/alertname")
                    .asText()
                    .equals("ConfigurationInvalid"))
        .toList();
  }

  /** Idempotency keys of the notifications of a receiver. */
  private List<String> keys(String receiver, String status) {
    return posts.stream()
        .filter(post -> post.receiver().equals(receiver))
        .filter(post -> post.body().at("/status").asText().equals(status))
        .map(Post::key)
        .toList();
  }

  private void checkThatEachAlertIsNotifiedOnce() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < alerts.get(); i++) {
      expected.add("T" + i + " firing");
      expected.add("T" + i + " resolved");
    }
    assertThat(alerts.get()).isGreaterThan(RELOADS);
    assertThat(shown("steady")).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(shown("moving")).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(shown("guest")).doesNotHaveDuplicates().isSubsetOf(expected).isNotEmpty();
    assertThat(posts).extracting(Post::key).doesNotHaveDuplicates();
  }

  /** Each alert of each notification of a receiver, with its status. */
  private List<String> shown(String receiver) {
    List<String> shown = new ArrayList<>();
    for (Post post : posts) {
      if (post.receiver().equals(receiver)) {
        for (JsonNode alert : post.body().get("alerts")) {
          shown.add(alert.at("/labels/alertname").asText() + " " + alert.get("status").asText());
        }
      }
    }
    return shown;
  }

  /** What was not delivered was of the receiver that was removed, and the fallback has got it. */
  private void checkThatEachNotificationHasOneOutcome() {
    Map<String, List<NotificationOutcome>> outcomes = outcomes();
    assertThat(outcomes.values()).allSatisfy(each -> assertThat(each).hasSize(1));
    List<String> posted = posts.stream().map(Post::key).toList();
    for (List<NotificationOutcome> each : outcomes.values()) {
      NotificationOutcome outcome = each.get(0);
      if (outcome.getStatus() == DeliveryStatus.DELIVERED) {
        assertThat(
                outcome.getChannel().equals("log") || posted.contains(outcome.getNotificationId()))
            .as(outcome.toString())
            .isTrue();
      } else {
        assertThat(outcome.getReceiver()).isEqualTo("guest");
        assertThat(outcome.getReason()).isEqualTo("UNKNOWN_RECEIVER");
        assertThat(posted).doesNotContain(outcome.getNotificationId());
      }
    }
    assertThat(kafka.read(Topics.NOTIFICATIONS_DEAD_LETTER))
        .hasSize(
            (int)
                outcomes.values().stream()
                    .filter(each -> each.get(0).getStatus() != DeliveryStatus.DELIVERED)
                    .count());
  }

  private List<String> decided() {
    AvroDecoder<Notification> decoder = new AvroDecoder<>(kafka.schemas(), Notification.class);
    return kafka.read(Topics.NOTIFICATIONS).stream()
        .map(record -> decoder.decode(record.value()).getNotificationId())
        .toList();
  }

  private Map<String, List<NotificationOutcome>> outcomes() {
    AvroDecoder<NotificationOutcome> decoder =
        new AvroDecoder<>(kafka.schemas(), NotificationOutcome.class);
    return kafka.read(Topics.NOTIFICATION_LOG).stream()
        .map(record -> decoder.decode(record.value()))
        .collect(Collectors.groupingBy(NotificationOutcome::getNotificationId));
  }

  private long reloadsInTheAuditTrail() {
    AvroDecoder<AuditEntry> decoder = new AvroDecoder<>(kafka.schemas(), AuditEntry.class);
    return kafka.read(Topics.AUDIT_ENTRIES).stream()
        .map(record -> decoder.decode(record.value()))
        .filter(entry -> entry.getAction().equals("configuration.reloaded"))
        .count();
  }

  private JsonNode status() throws Exception {
    return JSON.readTree(send("GET", "/api/v2/status", "").body());
  }

  private List<String> metrics() throws Exception {
    return send("GET", "/metrics", "").body().lines().toList();
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(sink.url() + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body, UTF_8));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
