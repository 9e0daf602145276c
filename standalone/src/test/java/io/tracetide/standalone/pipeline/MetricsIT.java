package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.client.TraceEmitter;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.instrumentation.micrometer.TracetideMeterRegistry;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
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
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** From a record of the topic of metrics to an answer, with more partitions than traces have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRACE_PARTITIONS = 2;
  private static final int METRIC_PARTITIONS = 3;

  private final HttpClient http = HttpClient.newHttpClient();

  private PipelineFixture kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private AvroEncoder<MetricSample> encoder;
  private TracetideConfig config;
  private ProcessorApp processor;

  @BeforeAll
  void startKafka(@TempDir Path directory) throws Exception {
    kafka =
        PipelineFixture.in(directory)
            .partitions(TRACE_PARTITIONS)
            .partitions(Topics.METRICS, METRIC_PARTITIONS)
            .start();
    producer = kafka.producer();
    encoder = kafka.encoder(Topics.METRICS, MetricSample.class);
    config = kafka.config(directory.resolve("state"));
  }

  @AfterAll
  void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void startProcessor() throws Exception {
    processor =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
  }

  @AfterEach
  void stopProcessor() {
    processor.close();
  }

  @Test
  void shouldAnswerForMetricsOfEveryKind() throws Exception {
    Instant now = Instant.now();
    for (int i = 0; i < 30; i++) {
      String service = "kinds-" + i % 10;
      send(service, sample(service, "heap_used_mb", MetricType.GAUGE, now).setValue(100 + i));
    }
    send(
        "kinds-0",
        sample("kinds-0", "request_size_bytes", MetricType.HISTOGRAM, now)
            .setHistogram(
                HistogramData.newBuilder()
                    .setBounds(List.of(100.0, 200.0))
                    .setCounts(List.of(3L, 4L, 5L))
                    .setSum(2_500)
                    .build()));

    for (int i = 0; i < 10; i++) {
      String service = "kinds-" + i;
      awaitFigure(service, "heap_used_mb", "count", 3);
    }
    awaitFigure("kinds-0", "heap_used_mb", "sum", 100 + 110 + 120);
    awaitFigure("kinds-0", "request_size_bytes", "count", 12);
    awaitFigure("kinds-0", "request_size_bytes", "sum", 2_500);
    assertThat(partitionsOf("tracetide-processor-window-partials-repartition"))
        .isEqualTo(METRIC_PARTITIONS);
    assertThat(partitionsOf("tracetide-processor-trace-findings-repartition"))
        .as("what is wrong with the traces of a service meets what is wrong with its windows")
        .isEqualTo(METRIC_PARTITIONS);
  }

  @Test
  void shouldGoOnWithCountersWhereItWasAfterARestart() throws Exception {
    Instant run = Instant.now().minusSeconds(60);
    for (int i = 1; i <= 20; i++) {
      send("counting", counter(run.plusSeconds(i), i * 10, run));
    }
    for (int i = 10; i >= 1; i--) {
      send("counting", delta(run.plusSeconds(i), i));
    }
    awaitFigure("counting", "orders_total", "sum", 200);
    awaitFigure("counting", "visits", "sum", 55);

    stopProcessor();
    startProcessor();
    for (int i = 15; i <= 25; i++) {
      send("counting", counter(run.plusSeconds(i), i * 10, run));
    }
    send("counting", counter(run.plusSeconds(26), 4, run.plusSeconds(25)));

    for (int i = 12; i >= 5; i--) {
      send("counting", delta(run.plusSeconds(i), i));
    }

    awaitFigure("counting", "visits", "sum", 78);
    awaitFigure("counting", "orders_total", "sum", 254);
    awaitFigure("counting", "orders_total", "count", 26);
  }

  @Test
  void shouldAnswerForMetersOfMicrometer() throws Exception {
    try (TraceEmitter emitter =
        TraceEmitter.builder()
            .bootstrapServers(kafka.bootstrapServers())
            .schemaRegistry(kafka.registryUrl())
            .serviceName("metered")
            .resourceMetrics(false)
            .build()) {
      TracetideMeterRegistry meters =
          new TracetideMeterRegistry(
              key -> key.equals("tracetide.step") ? "1s" : null,
              io.micrometer.core.instrument.Clock.SYSTEM,
              emitter);
      meters.gauge("queue.size", 7);
      for (int i = 0; i < 30; i++) {
        meters.counter("orders", "payment", i % 2 == 0 ? "card" : "cash").increment(2);
        meters.timer("http.client.requests").record(Duration.ofMillis(100));
        meters.summary("basket").record(3);
        Thread.sleep(100);
      }
      meters.close();
    }

    awaitFigure("metered", "orders_total", "sum", 60);
    awaitFigure("metered", "http_client_requests_seconds", "count", 30);
    awaitFigure("metered", "basket", "sum", 90);
    assertThat(total("metered", "http_client_requests_seconds", "sum")).isCloseTo(3, within(1e-9));
    assertThat(total("metered", "queue_size", "max")).isGreaterThanOrEqualTo(7);
  }

  @Test
  void shouldCountWhatIsSentOverOtlpOnceWhateverItsTemporality() throws Exception {
    try (GatewayApp gateway =
        GatewayApp.start(config.gateway(), config.kafka(), config.registry(), Clock.systemUTC())) {
      new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
      Instant run = Instant.now().minusSeconds(30);
      for (int i = 1; i <= 5; i++) {
        String body = otlp(run, run.plusSeconds(i - 1), run.plusSeconds(i), i);
        export(gateway, body);
        export(gateway, body);
      }
    }

    awaitFigure("otlp-shop", "orders", "sum", 5 * 4);
    awaitFigure("otlp-shop", "visits", "sum", 5 * 10);
    awaitFigure("otlp-shop", "wait", "count", 5 * 3);
    awaitFigure("otlp-shop", "wait", "sum", 5 * 2.5);
  }

  /** A delta of 4 orders, a total of 10 visits a second, and 3 more waits of 2.5 s together. */
  private static String otlp(Instant run, Instant from, Instant to, int count) {
    return """
    {"resourceMetrics": [{"resource": {"attributes": [
      {"key": "service.name", "value": {"stringValue": "otlp-shop"}},
      {"key": "service.instance.id", "value": {"stringValue": "shop-1"}}]},
     "scopeMetrics": [{"metrics": [
      {"name": "orders", "sum": {"aggregationTemporality": 1, "isMonotonic": true, "dataPoints": [
        {"startTimeUnixNano": "%2$d", "timeUnixNano": "%3$d", "asInt": "4"}]}},
      {"name": "visits", "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
        {"startTimeUnixNano": "%1$d", "timeUnixNano": "%3$d", "asInt": "%4$d"}]}},
      {"name": "wait", "unit": "s", "exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": [
        {"startTimeUnixNano": "%1$d", "timeUnixNano": "%3$d", "count": "%5$d", "sum": %6$s, "scale": %7$d,
         "positive": {"offset": 0, "bucketCounts": ["%5$d"]}}]}}]}]}]}
    """
        .formatted(
            nanos(run),
            nanos(from),
            nanos(to),
            10 * count,
            3 * count,
            Double.toString(2.5 * count),
            // As a growing histogram does, it moves to a lower scale.
            8 - count);
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }

  private void export(GatewayApp gateway, String body) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/metrics"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{}");
  }

  private static MetricSample.Builder counter(Instant at, double total, Instant run) {
    return sample("counting", "orders_total", MetricType.COUNTER, at)
        .setValue(total)
        .setStartTimestamp(run)
        .setInstance("pod-1");
  }

  /** What came in the second before. */
  private static MetricSample.Builder delta(Instant at, double value) {
    return sample("counting", "visits", MetricType.COUNTER, at)
        .setValue(value)
        .setStartTimestamp(at.minusSeconds(1))
        .setTemporality(Temporality.DELTA);
  }

  private static MetricSample.Builder sample(
      String service, String metric, MetricType type, Instant at) {
    return MetricSample.newBuilder()
        .setServiceName(service)
        .setMetricName(metric)
        .setType(type)
        .setTimestamp(at);
  }

  private void send(String service, MetricSample.Builder sample) throws Exception {
    byte[] key = ("default|" + service).getBytes(UTF_8);
    producer.send(new ProducerRecord<>(Topics.METRICS, key, encoder.encode(sample.build()))).get();
  }

  private void awaitFigure(String service, String metric, String figure, double expected) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertThat(total(service, metric, figure)).isEqualTo(expected));
  }

  /** A figure of a service's metric, added up over all windows. */
  private double total(String service, String metric, String figure) throws Exception {
    HttpResponse<String> response =
        ApiAnswers.checked(
            http.send(
                HttpRequest.newBuilder(
                        URI.create(
                            "%s/monitoring/analytics?timeRange=15m&granularity=10s&metrics=%s&services=%s"
                                .formatted(processor.url(), metric, service)))
                    .build(),
                HttpResponse.BodyHandlers.ofString()));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    double total = 0;
    for (JsonNode series : JSON.readTree(response.body()).get("metricSeries")) {
      assertThat(series.get("metric").asText()).isEqualTo(metric);
      for (JsonNode point : series.get("points")) {
        total += point.get(figure).asDouble();
      }
    }
    return total;
  }

  private int partitionsOf(String topic) throws Exception {
    try (Admin admin = Admin.create(kafka.clients())) {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get()
          .get(topic)
          .partitions()
          .size();
    }
  }
}
