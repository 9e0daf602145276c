package io.tracetide.standalone.alert;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.runtime.config.OneOf;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.cli.CommandLineUnderTest;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sink with a receiver of every kind of channel and a secret in each of its keys: the secrets are
 * in no log at DEBUG, no topic and no response. The addresses in an alert are not requested.
 */
class CanarySecretsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String MARK = "c4n4ry";
  private static final String TO_STUB =
      "allowHttp: true, allowPrivate: true, connectTimeout: 5s, timeout: 10s}";

  /** Sections by kind; at the address of the stub, only the path {@code /ok} is accepted. */
  private static final Map<String, String> SECTIONS =
      Map.of(
          "log",
          "{}",
          "webhook",
          "{url: '@/c4n4ry-webhook', bearerToken: c4n4ry-bearer, signingSecret:"
              + " c4n4ry-signing-key, headers: {X-Api-Key: c4n4ry-header}, "
              + TO_STUB,
          "slack",
          "{url: '@/c4n4ry-slack', " + TO_STUB,
          "slackBot",
          "{token: xoxb-c4n4ry, channel: ops, apiUrl: '@', " + TO_STUB,
          "teams",
          "{url: '@/c4n4ry-teams', " + TO_STUB,
          "email",
          "{smtp: {host: 127.0.0.1, port: 1, user: ops, password: c4n4ry-email}, from:"
              + " a@example.com, to: [b@example.com], allowPrivate: true}",
          "pagerduty",
          "{routingKey: c4n4ry-pagerduty-routing-key-000, url: '@/c4n4ry-pagerduty', " + TO_STUB,
          "alertmanager",
          "{urls: ['@/c4n4ry-alertmanager'], basicAuth: {username: ops, password: c4n4ry-am}, "
              + TO_STUB,
          "kafka",
          "{topic: alerts, timeout: 1s}");

  @TempDir Path directory;

  private final AtomicInteger secretsReceived = new AtomicInteger();
  private final AtomicInteger canaryRequests = new AtomicInteger();
  private PipelineFixture kafka;
  private HttpServer stub;
  private HttpServer canary;
  private Process sink;

  @BeforeEach
  void start() throws IOException {
    kafka = PipelineFixture.in(directory).partitions(1).start();
    stub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    stub.createContext(
        "/",
        exchange -> {
          String request = exchange.getRequestURI() + " " + exchange.getRequestHeaders().values();
          secretsReceived.addAndGet(request.contains(MARK) ? 1 : 0);
          boolean accepted = exchange.getRequestURI().getPath().startsWith("/ok");
          exchange.sendResponseHeaders(accepted ? 200 : 401, -1);
          exchange.close();
        });
    stub.start();
    canary = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    canary.createContext(
        "/",
        exchange -> {
          canaryRequests.incrementAndGet();
          exchange.close();
        });
    canary.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (sink != null) {
      sink.destroyForcibly().waitFor();
    }
    stub.stop(0);
    canary.stop(0);
    kafka.close();
  }

  @Test
  void shouldShowNoSecretAndRequestNoAddressOfAnAlert() throws Exception {
    Path config = kafka.writeConfig(directory.resolve("tracetide.yaml"), sections());
    CommandLineUnderTest check =
        CommandLineUnderTest.run("check-config", "--config", config.toString());
    assertThat(check.exit()).isZero();
    assertThat(check.out()).doesNotContain(MARK);

    Path log = Files.createFile(directory.resolve("log"));
    sink =
        RoleProcess.start(
            "sink",
            config,
            log,
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=debug",
            "-Dorg.slf4j.simpleLogger.log.org.apache.kafka=info");
    String url = listening(log);
    await().atMost(PATIENCE).until(() -> get(url, "/-/ready").statusCode() == 200);
    assertThat(post(url, alert())).isEqualTo(200);
    // All but the log, the mail server that is not there and the topic that does not exist.
    Set<String> refused = new TreeSet<>(kinds());
    refused.removeAll(Set.of("log", "email", "kafka"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Map<String, String> outcomes = outcomes(url);
              refused.forEach(kind -> assertThat(outcomes).containsEntry(kind, "rejected"));
              assertThat(outcomes).containsEntry("accepted", "delivered");
            });

    assertThat(secretsReceived.get()).isGreaterThanOrEqualTo(refused.size());
    checkResponses(url);
    checkTopics();
    assertThat(Files.readString(log)).contains("DEBUG").doesNotContain(MARK);
    assertThat(canaryRequests.get()).isZero();
  }

  private String sections() {
    String address = "http://127.0.0.1:" + stub.getAddress().getPort();
    Map<String, String> receivers = new LinkedHashMap<>();
    for (String kind : kinds()) {
      assertThat(SECTIONS).as("a section with all secrets").containsKey(kind);
      receivers.put(kind, kind + ": " + SECTIONS.get(kind));
    }
    receivers.put("accepted", "webhook: {url: '@/ok/c4n4ry', bearerToken: c4n4ry, " + TO_STUB);
    return receivers.entrySet().stream()
        .map(each -> "    - {name: %s, %s}".formatted(each.getKey(), each.getValue()))
        .map(line -> line.replace("@/", address + "/").replace("'@'", "'" + address + "'"))
        .collect(
            Collectors.joining(
                "\n",
                "sink:\n  receivers:\n",
                """

                  listener: {port: 0}
                  stateDir: '%s'
                  links:
                    externalUrl: https://alerts.example.com
                    traceUrl: https://traces.example.com/{traceId}
                    signingKey: c4n4ry-c4n4ry-c4n4ry-c4n4ry-c4n4ry
                """
                    .formatted(directory.resolve("state"))));
  }

  /** Kinds of channels that are registered. */
  private static Set<String> kinds() {
    return Arrays.stream(ReceiverConfig.class.getRecordComponents())
        .filter(component -> component.isAnnotationPresent(OneOf.class))
        .flatMap(component -> Arrays.stream(component.getAnnotation(OneOf.class).value()))
        .map(type -> type.getSimpleName().replaceFirst("Config$", ""))
        .map(name -> name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** An alert that has fired for a minute, so that it is notified at once. */
  private String alert() {
    String address = "http://127.0.0.1:" + canary.getAddress().getPort() + "/";
    return """
    [{"labels": {"alertname": "Down", "instance": "%s"}, "startsAt": "%s", "generatorURL": "%s",
      "annotations": {"runbook_url": "%s", "image": "%s", "dashboard_url": "%s", "summary": "%s"}}]
    """
        .formatted(
            address,
            Instant.now().minusSeconds(60),
            address,
            address,
            address,
            address,
            "<img src='" + address + "'/>");
  }

  private static String listening(Path log) {
    Pattern line = Pattern.compile("LISTENING (\\S+)");
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Matcher found = line.matcher(Files.readString(log));
              return found.find() ? found.group(1) : "";
            },
            found -> !found.isEmpty());
  }

  /** Status of the newest outcome by receiver. */
  private static Map<String, String> outcomes(String url) throws Exception {
    Map<String, String> statuses = new LinkedHashMap<>();
    JsonNode newest =
        new ObjectMapper().readTree(get(url, "/api/v1/notifications?limit=200").body());
    newest
        .get("notifications")
        .forEach(
            each ->
                statuses.putIfAbsent(each.get("receiver").asText(), each.get("status").asText()));
    return statuses;
  }

  private static void checkResponses(String url) throws Exception {
    String fingerprint =
        new ObjectMapper()
            .readTree(get(url, "/api/v2/alerts").body())
            .get(0)
            .get("fingerprint")
            .asText();
    for (String path :
        List.of(
            "/api/v2/status",
            "/api/v2/receivers",
            "/api/v2/alerts",
            "/api/v2/alerts/groups",
            "/api/v2/alerts/" + fingerprint + "/explain",
            "/api/v2/alerts/" + fingerprint + "/history",
            "/api/v1/notifications?limit=200",
            "/metrics",
            "/readyz",
            "/api/v2/nothing")) {
      HttpResponse<String> response = get(url, path);
      assertThat(response.body()).as(path).doesNotContain(MARK).isNotEmpty();
      assertThat(response.headers().map().toString()).as(path).doesNotContain(MARK);
    }
  }

  private void checkTopics() {
    for (String topic :
        List.of(
            Topics.ALERT_INPUTS,
            Topics.NOTIFICATIONS,
            Topics.NOTIFICATION_LOG,
            Topics.NOTIFICATIONS_DEAD_LETTER,
            Topics.DELIVERY_STATE,
            Topics.AUDIT_ENTRIES)) {
      List<ConsumerRecord<byte[], byte[]>> records = kafka.read(topic);
      assertThat(records).as(topic).isNotEmpty();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        assertThat(text(record.key()) + text(record.value())).as(topic).doesNotContain(MARK);
        record
            .headers()
            .forEach(header -> assertThat(text(header.value())).as(topic).doesNotContain(MARK));
      }
    }
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, ISO_8859_1);
  }

  private static int post(String url, String alerts) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url + "/api/v2/alerts"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(alerts))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private static HttpResponse<String> get(String url, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
