package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gauge and a counter that deviate, from samples to the query API, over a loss of all state. */
class GaugesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FAULT = 40;

  @TempDir Path directory;

  private final Instant begin =
      Instant.now().minus(Duration.ofMinutes(70)).truncatedTo(ChronoUnit.MINUTES);
  private PipelineFixture kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private AvroEncoder<MetricSample> encoder;
  private TracetideConfig config;
  private ProcessorApp processor;

  @BeforeEach
  void start() throws Exception {
    kafka = PipelineFixture.in(directory).partitions(2).start();
    producer = kafka.producer();
    encoder = kafka.encoder(Topics.METRICS, MetricSample.class);
    config = kafka.config(directory.resolve("state"));
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
    kafka.close();
  }

  @Test
  void shouldFindUnusualValuesAndResolveThemAfterItsStateWasLost() throws Exception {
    send(0, FAULT, false);
    send(FAULT, FAULT + 5, true);

    JsonNode cpu = awaitAnomaly("cpu", "OPEN");
    assertThat(cpu.get("kind").asText()).isEqualTo("RESOURCE");
    assertThat(cpu.get("detector").asText()).isEqualTo("ISOLATION_FOREST");
    assertThat(cpu.get("engine").asText()).isEqualTo("gauge");
    assertThat(cpu.get("metric").asText()).isEqualTo("cpu_usage_percent");
    assertThat(cpu.get("confidenceBasis").asText()).isEqualTo("RANK");
    assertThat(cpu.get("openedAt").asText()).isEqualTo(minute(FAULT + 2).toString());
    assertThat(cpu.at("/observed/cpu_usage_percent").asDouble())
        .isGreaterThan(cpu.at("/expected/cpu_usage_percent_high").asDouble());
    assertThat(cpu.at("/features/0/contribution").asDouble()).isEqualTo(1);
    assertThat(cpu.get("summary").asText())
        .startsWith("cpu_usage_percent of checkout rose to 95 %, expected about ");
    JsonNode orders = awaitAnomaly("orders_total", "OPEN");
    assertThat(orders.at("/observed/orders_total_per_sec").asDouble()).isEqualTo(0);
    assertThat(orders.at("/incident/incidentId")).isEqualTo(cpu.at("/incident/incidentId"));
    assertThat(anomalies("metrics=latency")).isEmpty();

    processor.close();
    deleteState();
    startProcessor();
    send(FAULT + 8, FAULT + 16, false);

    assertThat(awaitAnomaly("cpu", "RESOLVED").get("anomalyId")).isEqualTo(cpu.get("anomalyId"));
    assertThat(awaitAnomaly("orders_total", "RESOLVED").get("anomalyId"))
        .isEqualTo(orders.get("anomalyId"));
    assertThat(anomalies("resolved=false")).isEmpty();
  }

  private Instant minute(int number) {
    return begin.plus(Duration.ofMinutes(number));
  }

  /** Samples of minutes, six each. */
  private void send(int from, int to, boolean faulty) throws Exception {
    for (int minute = from; minute < to; minute++) {
      for (int part = 0; part < 6; part++) {
        Instant at = minute(minute).plusSeconds(10L * part + 2);
        Random random = new Random(at.getEpochSecond());
        double cpu = faulty ? 95 : 40 + random.nextGaussian();
        send("cpu_usage_percent", MetricType.GAUGE, at, cpu);
        double total = 100 * (6 * Math.min(minute, FAULT) + (minute < FAULT ? part : 0));
        double later = minute >= FAULT + 8 ? 100 * (6 * (minute - FAULT - 8) + part) : 0;
        send("orders_total", MetricType.COUNTER, at, total + later);
      }
    }
    producer.flush();
  }

  private void send(String metric, MetricType type, Instant at, double value) {
    MetricSample.Builder sample =
        MetricSample.newBuilder()
            .setServiceName("checkout")
            .setMetricName(metric)
            .setType(type)
            .setTimestamp(at)
            .setValue(value);
    if (type == MetricType.COUNTER) {
      sample.setStartTimestamp(begin.minusSeconds(1)).setInstance("pod-1");
    }
    producer.send(
        new ProducerRecord<>(
            Topics.METRICS, "default|checkout".getBytes(UTF_8), encoder.encode(sample.build())));
  }

  private JsonNode awaitAnomaly(String metric, String state) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> anomalies("metrics=" + metric),
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

  private void deleteState() throws Exception {
    try (Stream<Path> files = Files.walk(Path.of(config.processor().stateDir()))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
