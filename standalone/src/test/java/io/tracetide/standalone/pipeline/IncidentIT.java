package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.alert.SinkApp;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.http.ListenerConfig;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fault of a service and of its caller, from the spans to one message of a webhook, or to
 * feedback that it is none.
 */
class IncidentIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FOUND =
      Pattern.compile("tracetide_processor_calls_found_total(?:\\{[^}]*})? 1\\.0");

  @TempDir Path directory;

  private final List<JsonNode> posts = new CopyOnWriteArrayList<>();
  private PipelineFixture kafka;
  private HttpServer webhook;
  private GatewayApp gateway;
  private ProcessorApp processor;
  private SinkApp sink;
  private int traces;

  @BeforeEach
  void start() throws Exception {
    // Different numbers, because incidents need a tenant's records in one partition of all topics.
    kafka =
        PipelineFixture.in(directory)
            .partitions(3)
            .partitions(Topics.TRACES, 2)
            .partitions(Topics.TRACE_BATCHES, 2)
            .partitions(Topics.METRICS, 4)
            .start();
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext(
        "/",
        exchange -> {
          posts.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    webhook.start();
    TracetideConfig config = kafka.config(directory.resolve("state"));
    gateway =
        GatewayApp.start(config.gateway(), config.kafka(), config.registry(), Clock.systemUTC());
    processor =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC());
    WebhookConfig toWebhook =
        new WebhookConfig(
            Secret.of("http://127.0.0.1:" + webhook.getAddress().getPort() + "/"),
            Secret.NONE,
            true,
            true,
            Duration.ofSeconds(3),
            Duration.ofSeconds(10));
    sink =
        SinkApp.start(
            ConfigReader.parse(
                "route: { receiver: ops, groupWait: 60s }",
                config
                    .sink()
                    .withListener(ListenerConfig.onPort(0))
                    .withReceivers(List.of(new ReceiverConfig("ops", toWebhook))),
                Map.of()),
            config.kafka(),
            config.registry(),
            Clock.systemUTC());
    new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
  }

  @AfterEach
  void stop() {
    sink.close();
    processor.close();
    gateway.close();
    webhook.stop(0);
    kafka.close();
  }

  @Test
  void shouldNotifyOnceOfAServiceAndItsCaller() throws Exception {
    // The anomalies open 30 s after this, and are notified 60 s later.
    sendFault(Instant.now().minusSeconds(60));

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode answer = JSON.readTree(get(processor.url() + "/monitoring/incidents"));
              assertThat(answer.at("/incidents")).hasSize(1);
              JsonNode incident = answer.at("/incidents/0");
              assertThat(incident.at("/origin/service").asText()).isEqualTo("stock");
              assertThat(texts(incident.get("services"))).containsExactly("shop", "stock");
              assertThat(incident.at("/anomalies/0/service").asText()).isEqualTo("stock");
            });
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(posts).isNotEmpty());
    JsonNode first = posts.get(0);
    assertThat(first.findValuesAsText("service")).contains("shop", "stock");
    assertThat(first.findValuesAsText("incident").stream().distinct()).hasSize(1);
    assertThat(posts).hasSize(1);
  }

  @Test
  void shouldCloseAnAnomalyByFeedback() throws Exception {
    sendFault(Instant.now().minusSeconds(60));
    String alerts = sink.url() + "/api/v2/alerts";
    await().atMost(PATIENCE).until(() -> JSON.readTree(get(alerts)).size() == 2);
    String stock = fingerprint(JSON.readTree(get(alerts)), "stock");

    HttpResponse<String> answer =
        post(
            alerts + "/" + stock + "/feedback",
            "{\"by\":\"ann\",\"verdict\":\"expected\",\"duration\":\"1h\"}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode resolved =
                  JSON.readTree(
                      get(processor.url() + "/monitoring/anomalies?services=stock&resolved=true"));
              assertThat(resolved.at("/anomalies/0/summary").asText())
                  .contains("closed by feedback: expected until")
                  .endsWith("according to ann");
            });
    assertThat(get(processor.url() + "/metrics"))
        .contains("tracetide_processor_anomalies_suppressed_total 1.0");
    await()
        .atMost(PATIENCE)
        .until(() -> fingerprint(JSON.readTree(get(alerts)), "stock").isEmpty());
    JsonNode listed = JSON.readTree(get(sink.url() + "/api/v2/feedback?state=active"));
    assertThat(texts(listed.findValues("fingerprint"))).containsExactly(stock);
  }

  private static String fingerprint(JsonNode alerts, String service) {
    for (JsonNode alert : alerts) {
      if (alert.at("/labels/service").asText().equals(service)) {
        return alert.at("/fingerprint").asText();
      }
    }
    return "";
  }

  private void sendFault(Instant begin) throws Exception {
    send(begin, false);
    await().atMost(PATIENCE).until(() -> FOUND.matcher(get(processor.url() + "/metrics")).find());
    for (int second = 10; second <= 60; second += 10) {
      send(begin.plusSeconds(second), true);
    }
  }

  /** Thirty traces of a call, in one window. */
  private void send(Instant from, boolean failed) throws Exception {
    List<Map<String, Object>> events = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String trace = "%032x".formatted(++traces);
      Instant end = from.plusMillis(i * 100L);
      events.add(span(trace, "2", "stock", "count", failed, end, Map.of("parentSpanId", "1")));
      events.add(span(trace, "1", "shop", "GET /", failed, end.plusMillis(2), Map.of()));
    }
    HttpResponse<String> answer =
        post(gateway.url() + "/v1/trace-events", JSON.writeValueAsString(events));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static Map<String, Object> span(
      String trace,
      String span,
      String service,
      String operation,
      boolean failed,
      Instant end,
      Map<String, Object> more) {
    Map<String, Object> event = new HashMap<>(more);
    event.put("type", "COMPLETED");
    event.put("traceId", trace);
    event.put("spanId", span);
    event.put("serviceName", service);
    event.put("operationName", operation);
    event.put("status", failed ? "FAILED" : "COMPLETED");
    event.put("timestamp", end.toString());
    event.put("durationMicros", 5_000);
    return event;
  }

  private static List<String> texts(Iterable<JsonNode> array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static HttpResponse<String> post(String url, String body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String get(String url) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
