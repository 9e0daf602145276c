package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.standalone.ApiAnswers;
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

/** A service that stops, and then the end of all traffic, over a restart of the processor. */
class SilenceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STOP = 90;
  private static final int AGAIN = 100;
  private static final int END = 106;

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
    startProcessor();
  }

  private void startProcessor() throws Exception {
    processor =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
  }

  @AfterEach
  void stop() {
    processor.close();
    gateway.close();
    kafka.close();
  }

  @Test
  void shouldRaiseOneAnomalyOfAServiceThatStopsAndOneOfTheEndOfAllTraffic() throws Exception {
    for (int window = 0; window < END; window++) {
      send(
          window,
          window < STOP || window >= AGAIN
              ? List.of("shop", "stock", "pay")
              : List.of("shop", "pay"));
    }

    JsonNode stock = awaitAnomaly("services=stock", "RESOLVED");
    assertThat(stock.get("kind").asText()).isEqualTo("NO_DATA");
    assertThat(stock.get("operation").asText()).isEqualTo("*");
    assertThat(stock.get("engine").asText()).isEqualTo("silence");
    assertThat(stock.get("openedAt").asText()).isEqualTo(window(STOP + 2).toString());
    assertThat(stock.get("resolvedAt").asText()).isEqualTo(window(AGAIN + 1).toString());

    // A restart is no silence, and nothing of the tenant's current one is lost.
    processor.close();
    startProcessor();

    JsonNode tenant = awaitAnomaly("resolved=false", "OPEN");
    assertThat(tenant.get("service").asText()).isEqualTo("*");
    assertThat(tenant.get("kind").asText()).isEqualTo("NO_DATA");
    assertThat(tenant.get("summary").asText()).startsWith("all 3 services of the tenant have sent");
    assertThat(anomalies("")).as("no others").hasSize(2);
  }

  private Instant window(int number) {
    return begin.plusSeconds(10L * number);
  }

  /** Ten spans of two operations of each service. */
  private void send(int window, List<String> services) throws Exception {
    List<Map<String, Object>> events = new ArrayList<>();
    for (String service : services) {
      for (int i = 0; i < 10; i++) {
        events.add(
            Map.of(
                "type",
                "COMPLETED",
                "traceId",
                "%032x".formatted(++traces),
                "spanId",
                "1",
                "serviceName",
                service,
                "operationName",
                i % 2 == 0 ? "read" : "write",
                "status",
                "COMPLETED",
                "timestamp",
                window(window).plusMillis(900L * i).toString(),
                "durationMicros",
                5_000 + 100 * (traces % 13)));
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

  private JsonNode awaitAnomaly(String query, String state) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> anomalies(query),
            found -> found.size() == 1 && found.get(0).get("state").asText().equals(state))
        .get(0);
  }

  private JsonNode anomalies(String query) throws Exception {
    HttpResponse<String> response =
        ApiAnswers.checked(
            HTTP.send(
                HttpRequest.newBuilder(
                        URI.create(processor.url() + "/monitoring/anomalies?" + query))
                    .build(),
                HttpResponse.BodyHandlers.ofString()));
    return response.statusCode() == 200
        ? JSON.readTree(response.body()).get("anomalies")
        : JSON.createArrayNode();
  }
}
