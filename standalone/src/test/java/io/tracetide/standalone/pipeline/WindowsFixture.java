package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.processor.ProcessorConfig;
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
import java.util.function.ToLongBiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Kafka, a gateway, and a processor that can be restarted, with spans of windows of 10 s. */
abstract class WindowsFixture {
  private static final Duration READY = Duration.ofSeconds(120);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private final Instant begin =
      Instant.ofEpochSecond(Instant.now().minusSeconds(1_800).getEpochSecond() / 10 * 10);
  private PipelineFixture kafka;
  private GatewayApp gateway;
  private TracetideConfig config;
  private int traces;
  ProcessorApp processor;

  @BeforeEach
  void start() throws Exception {
    kafka = PipelineFixture.in(directory).partitions(3).start();
    config = kafka.config(directory.resolve("state"));
    gateway =
        GatewayApp.start(config.gateway(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("gateway", gateway.url(), READY, () -> {});
    startProcessor(firstProcessor());
  }

  /** Settings of the processor at the start. */
  ProcessorConfig firstProcessor() {
    return config.processor();
  }

  void startProcessor(ProcessorConfig settings) throws Exception {
    processor = ProcessorApp.start(settings, config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("processor", processor.url(), READY, () -> {});
  }

  @AfterEach
  void stop() {
    processor.close();
    gateway.close();
    kafka.close();
  }

  /** Start of a window. */
  Instant window(int number) {
    return begin.plusSeconds(10L * number);
  }

  /**
   * Sends ten spans of two operations of each service.
   *
   * @param factor of the usual durations, of a service and operation
   */
  void send(int window, List<String> services, ToLongBiFunction<String, String> factor)
      throws Exception {
    List<Map<String, Object>> events = new ArrayList<>();
    for (String service : services) {
      for (int i = 0; i < 10; i++) {
        String operation = i % 2 == 0 ? "read" : "write";
        traces++;
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
                operation,
                "status",
                "COMPLETED",
                "timestamp",
                window(window).plusMillis(900L * i).toString(),
                "durationMicros",
                factor.applyAsLong(service, operation) * (5_000 + 100 * (traces % 13))));
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

  /** The answer to a query; an empty object while the processor is not ready. */
  JsonNode json(String path) throws Exception {
    HttpResponse<String> response =
        ApiAnswers.checked(
            HTTP.send(
                HttpRequest.newBuilder(URI.create(processor.url() + path)).build(),
                HttpResponse.BodyHandlers.ofString()));
    return response.statusCode() == 200 ? JSON.readTree(response.body()) : JSON.createObjectNode();
  }
}
