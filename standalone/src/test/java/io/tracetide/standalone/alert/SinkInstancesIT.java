package io.tracetide.standalone.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.alert.SinkApp;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of the sink, each of which answers for both, and one watchdog. */
class SinkInstancesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PARTITIONS = 4;
  private static final int TENANTS = 20;
  private static final Duration WATCHDOG_INTERVAL = Duration.ofSeconds(10);

  /** The alerts without the watchdog. */
  private static final String ALERTS = "/api/v2/alerts?receiver=log";

  @TempDir Path directory;

  private final List<JsonNode> signs = new CopyOnWriteArrayList<>();
  private HttpServer deadMansSwitch;

  @BeforeEach
  void expectSignsOfLife() throws IOException {
    deadMansSwitch =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    deadMansSwitch.createContext(
        "/",
        exchange -> {
          signs.add(new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    deadMansSwitch.start();
  }

  @AfterEach
  void stop() {
    deadMansSwitch.stop(0);
  }

  @Test
  void shouldAnswerForAllInstancesAndNeverInPart() throws Exception {
    long started = System.nanoTime();
    try (PipelineFixture kafka = PipelineFixture.in(directory).partitions(PARTITIONS).start();
        SinkApp one = sink(kafka, "one")) {
      await().atMost(PATIENCE).until(() -> status(one, "/readyz") == 200);
      for (int i = 0; i < TENANTS; i++) {
        assertThat(post(one, "/api/v2/alerts", alert(i)).statusCode()).isEqualTo(200);
      }
      awaitWhole(one, () -> here(one) == TENANTS);
      try (SinkApp two = sink(kafka, "two")) {
        awaitWhole(one, () -> status(two, "/readyz") == 200);
        awaitWhole(two, () -> status(two, ALERTS) == 200);
        awaitWhole(one, () -> status(one, ALERTS) == 200);
        // Kafka Streams decides which instance has which tenants, if not one of them all.
        assertThat(here(one) + here(two)).isEqualTo(TENANTS);
        assertThat(json(two, "/api/v2/alerts/groups?receiver=log")).hasSize(TENANTS);
        silence(one, two);
        int before = signs.size();
        await().atMost(PATIENCE).until(() -> signs.size() >= before + 2);
      }
      awaitWhole(one, () -> here(one) == TENANTS);
      assertThat(json(one, "/api/v2/silences").findValuesAsText("state")).containsOnly("expired");
    }
    checkSigns(Duration.ofNanos(System.nanoTime() - started));
  }

  /** One notification of the watchdog in each interval, by whichever instance. */
  private void checkSigns(Duration lasted) {
    assertThat(signs)
        .hasSizeLessThanOrEqualTo((int) (1 + lasted.dividedBy(WATCHDOG_INTERVAL)))
        .allSatisfy(
            sign -> {
              assertThat(sign.at("/commonLabels/alertname").asText()).isEqualTo("Watchdog");
              assertThat(sign.get("status").asText()).isEqualTo("firing");
            })
        .extracting(sign -> sign.get("sequence").asLong())
        .isSorted()
        .doesNotHaveDuplicates();
  }

  /** Waits, while every response has the alerts of all tenants or is 503. */
  private static void awaitWhole(SinkApp sink, Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              HttpResponse<String> response = send(sink, "GET", ALERTS, "");
              if (response.statusCode() != 503) {
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(new ObjectMapper().readTree(response.body())).hasSize(TENANTS);
              }
              return condition.call();
            });
  }

  /** Silences every tenant at an instance, and ends the silences at the other one. */
  private static void silence(SinkApp one, SinkApp two) throws Exception {
    for (int i = 0; i < TENANTS; i++) {
      assertThat(post(two, "/api/v2/silences", silence(i)).statusCode()).isEqualTo(200);
    }
    await().atMost(PATIENCE).until(() -> json(one, "/api/v2/silences").size() == TENANTS);
    for (JsonNode silence : json(one, "/api/v2/silences")) {
      String path = "/api/v2/silence/" + silence.get("id").asText();
      assertThat(send(one, "DELETE", path, "").statusCode()).isEqualTo(200);
    }
    assertThat(json(two, "/api/v2/silences?active=false")).hasSize(TENANTS);
  }

  private SinkApp sink(PipelineFixture kafka, String name) throws IOException {
    int port = freePort();
    TracetideConfig config =
        ConfigReader.parse(
            """
            sink:
              listener: {port: %d}
              advertisedAddress: "127.0.0.1:%d"
              instanceId: %s
              stateDir: "%s"
              receivers:
                - name: log
                  log: {}
                - name: switch
                  webhook: {url: "http://127.0.0.1:%d/", allowHttp: true, allowPrivate: true}
              defaultReceivers: [log]
              watchdog: {receiver: switch, interval: 10s}
            """
                .formatted(
                    port,
                    port,
                    name,
                    directory.resolve(name),
                    deadMansSwitch.getAddress().getPort()),
            kafka.config(directory.resolve("state")),
            Map.of());
    return SinkApp.start(config.sink(), config.kafka(), config.registry(), Clock.systemUTC());
  }

  private static String alert(int tenant) {
    return "[{\"labels\":{\"alertname\":\"Down\",\"tenant\":\"t%d\"},\"endsAt\":\"%s\"}]"
        .formatted(tenant, Instant.now().plusSeconds(3_600));
  }

  private static String silence(int tenant) {
    Instant now = Instant.now();
    return """
    {"matchers":[{"name":"tenant","value":"t%d","isRegex":false}],"startsAt":"%s",
     "endsAt":"%s","createdBy":"ann","comment":"deploy"}
    """
        .formatted(tenant, now, now.plusSeconds(3_600));
  }

  /** Number of alerts that the instance itself has. */
  private static int here(SinkApp sink) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sink.url() + ALERTS))
            .header("x-tracetide-instance", "none")
            .build();
    return new ObjectMapper()
        .readTree(
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body())
        .size();
  }

  private static int status(SinkApp sink, String path) throws Exception {
    return send(sink, "GET", path, "").statusCode();
  }

  private static JsonNode json(SinkApp sink, String path) throws Exception {
    HttpResponse<String> response = send(sink, "GET", path, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private static HttpResponse<String> post(SinkApp sink, String path, String body)
      throws Exception {
    return send(sink, "POST", path, body);
  }

  private static HttpResponse<String> send(SinkApp sink, String method, String path, String body)
      throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(sink.url() + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
