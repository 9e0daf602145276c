package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.processor.ProcessorConfig;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Detection that is switched to evidence while windows of other engines' times are stored. */
class WarmUpIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SWITCHED = 80;
  private static final int FAULT = SWITCHED + 4;
  private static final int END = FAULT + 12;

  @TempDir Path directory;

  private final Instant begin =
      Instant.ofEpochSecond(Instant.now().minusSeconds(1_800).getEpochSecond() / 10 * 10);
  private PipelineFixture kafka;
  private GatewayApp gateway;
  private ProcessorApp processor;
  private TracetideConfig config;
  private int traces;

  @BeforeEach
  void start() throws Exception {
    kafka = PipelineFixture.in(directory).partitions(3).start();
    config = kafka.config(directory.resolve("state"));
    gateway =
        GatewayApp.start(config.gateway(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
    startProcessor("random_cut_forest");
  }

  private void startProcessor(String engine) throws Exception {
    ProcessorConfig chosen =
        ConfigReader.parse(
            "listener: { port: 0 }%nstateDir: \"%s\"%ndetection: { engine: %s }%n"
                .formatted(directory.resolve("state"), engine),
            ProcessorConfig.defaults(),
            Map.of());
    processor = ProcessorApp.start(chosen, config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
  }

  @AfterEach
  void stop() {
    processor.close();
    gateway.close();
    kafka.close();
  }

  @Test
  void shouldBeginWithTheStoredWindows() throws Exception {
    for (int window = 0; window < SWITCHED; window++) {
      send(window, false);
    }
    assertThat(awaitWindows("random-cut-forest", SWITCHED - 20))
        .allSatisfy(series -> assertThat(series.get("state").asText()).isEqualTo("warming_up"));

    processor.close();
    startProcessor("evidence");
    for (int window = SWITCHED; window < END; window++) {
      send(window, window >= FAULT && window < FAULT + 6);
    }

    // Without the stored windows, no operation would have the 20 windows that are needed.
    JsonNode slow =
        await()
            .atMost(PATIENCE)
            .until(
                () -> json("/monitoring/anomalies").path("anomalies"), found -> found.size() == 1)
            .get(0);
    assertThat(slow.get("service").asText()).isEqualTo("stock");
    assertThat(slow.get("operation").asText()).isEqualTo("read");
    assertThat(Instant.parse(slow.get("openedAt").asText()))
        .isBetween(begin.plusSeconds(10L * (FAULT + 2)), begin.plusSeconds(10L * (FAULT + 4)));
    for (JsonNode series : awaitWindows("evidence", END - 10)) {
      assertThat(series.get("windowsLeft").asInt()).isEqualTo(240 - series.get("windows").asInt());
    }
    JsonNode confidence = json("/monitoring/detection").get("confidence");
    assertThat(confidence.findValuesAsText("basis")).containsExactly("rank", "rank", "rank");
  }

  /** Waits until each of the six operations has so many windows. */
  private List<JsonNode> awaitWindows(String engine, int windows) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              List<JsonNode> series = new ArrayList<>();
              json("/monitoring/detection").path("series").forEach(series::add);
              return series;
            },
            series ->
                series.size() == 6
                    && series.stream()
                        .allMatch(
                            each ->
                                each.get("engine").asText().equals(engine)
                                    && each.get("windows").asInt() >= windows));
  }

  /** Ten spans of two operations of each service. */
  private void send(int window, boolean slow) throws Exception {
    List<Map<String, Object>> events = new ArrayList<>();
    for (String service : List.of("shop", "stock", "pay")) {
      for (int i = 0; i < 10; i++) {
        int micros = 5_000 + 100 * (++traces % 13);
        boolean read = i % 2 == 0;
        events.add(
            Map.of(
                "type",
                "COMPLETED",
                "traceId",
                "%032x".formatted(traces),
                "spanId",
                "1",
                "serviceName",
                service,
                "operationName",
                read ? "read" : "write",
                "status",
                "COMPLETED",
                "timestamp",
                begin.plusSeconds(10L * window).plusMillis(900L * i).toString(),
                "durationMicros",
                slow && read && service.equals("stock") ? 20 * micros : micros));
      }
    }
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/trace-events"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(events)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** An empty object while the processor is not ready. */
  private JsonNode json(String path) throws Exception {
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(processor.url() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
    return response.statusCode() == 200 ? JSON.readTree(response.body()) : JSON.createObjectNode();
  }
}
