package io.tracetide.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Timer;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What OTLP's data model says of points, from the gateway to an answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtlpMetricsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DELTA = 1;
  private static final int CUMULATIVE = 2;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Instant begin = Instant.ofEpochSecond(Instant.now().getEpochSecond() - 120);

  private GatewayApp gateway;
  private ProcessorApp processor;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    TracetideConfig config = PipelineFixture.shared().config(directory);
    gateway =
        GatewayApp.start(config.gateway(), config.kafka(), config.registry(), Clock.systemUTC());
    processor =
        ProcessorApp.start(
            config.processor(), config.kafka(), config.registry(), Clock.systemUTC());
    new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
    new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
  }

  @AfterAll
  void stop() {
    processor.close();
    gateway.close();
  }

  /** Seconds after the beginning. */
  private record Point(int start, int time, long value) {}

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldCountNothingOfATotalThatBeganAtAnUnknownTime(boolean json) throws Exception {
    String service = "scraped-" + json;
    for (Point point :
        List.of(
            new Point(0, 0, 1_000_000),
            new Point(0, 15, 1_000_010),
            new Point(30, 30, 1_000_020),
            new Point(30, 45, 1_000_030))) {
      sendSum(json, service, CUMULATIVE, point);
    }
    send(service, histogram("wait", CUMULATIVE, 0, 0, 1_000));
    send(service, histogram("wait", CUMULATIVE, 0, 15, 1_010));

    awaitTotal(service, "visits", "sum", 20);
    awaitTotal(service, "wait", "count", 10);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldCountDeltasInWhateverOrderTheyCome(boolean json) throws Exception {
    String service = "queued-" + json;
    List<Point> newestFirst =
        List.of(new Point(10, 20, 9), new Point(5, 10, 7), new Point(0, 5, 5));
    for (Point point : newestFirst) {
      sendSum(json, service, DELTA, point);
    }
    sendSum(json, service, DELTA, newestFirst.toArray(new Point[0]));

    awaitTotal(service, "visits", "sum", 21);
    awaitTotal(service, "visits", "count", 3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldCountDeltasThatHaveOneStart(boolean json) throws Exception {
    String service = "one-start-" + json;
    sendSum(json, service, DELTA, new Point(0, 10, 5), new Point(0, 20, 7));
    sendSum(json, service, DELTA, new Point(0, 30, 9), new Point(0, 40, 3), new Point(0, 40, 3));

    awaitTotal(service, "visits", "sum", 24);
  }

  @Test
  void shouldTakeAnInfiniteLastBoundForWhatItIs() throws Exception {
    String answer =
        sendJson(
            "bounded",
            """
            {"name": "wait", "unit": "s", "histogram": {"aggregationTemporality": 1, "dataPoints": [
             {"startTimeUnixNano": "%d", "timeUnixNano": "%d", "count": "10", "sum": 14.5,
              "explicitBounds": [1, 2, "Infinity"], "bucketCounts": [5, 2, 3, 0]}]}}
            """
                .formatted(nanos(0), nanos(5)));
    send(
        "bounded",
        metric("wait", "s")
            .setHistogram(
                Histogram.newBuilder()
                    .setAggregationTemporalityValue(DELTA)
                    .addDataPoints(
                        HistogramDataPoint.newBuilder()
                            .setStartTimeUnixNano(nanos(5))
                            .setTimeUnixNano(nanos(8))
                            .setCount(10)
                            .setSum(15.5)
                            .addAllBucketCounts(List.of(5L, 2L, 3L, 0L))
                            .addAllExplicitBounds(List.of(1.0, 2.0, Double.POSITIVE_INFINITY)))));

    assertThat(answer).isEqualTo("{}");
    awaitTotal("bounded", "wait", "count", 20);
    awaitTotal("bounded", "wait", "sum", 30);
    assertThat(onlySeries("bounded", "wait", "").get("unit").asText()).isEqualTo("s");
  }

  @Test
  void shouldTakeEveryKindOfDistribution() throws Exception {
    send(
        "kinds",
        metric("many", "s")
            .setHistogram(
                Histogram.newBuilder()
                    .setAggregationTemporalityValue(DELTA)
                    .addDataPoints(
                        HistogramDataPoint.newBuilder()
                            .setStartTimeUnixNano(nanos(0))
                            .setTimeUnixNano(nanos(5))
                            .setCount(1_000)
                            .setSum(500_000)
                            .addAllBucketCounts(Collections.nCopies(1_000, 1L))
                            .addAllExplicitBounds(
                                IntStream.range(1, 1_000).mapToObj(i -> (double) i).toList()))),
        metric("quantiles", "ms")
            .setSummary(
                Summary.newBuilder()
                    .addDataPoints(summary(5, 10, 70))
                    .addDataPoints(summary(8, 14, 90))),
        metric("grown", "s")
            .setExponentialHistogram(
                ExponentialHistogram.newBuilder()
                    .setAggregationTemporalityValue(DELTA)
                    .addDataPoints(
                        ExponentialHistogramDataPoint.newBuilder()
                            .setStartTimeUnixNano(nanos(0))
                            .setTimeUnixNano(nanos(5))
                            .setScale(3)
                            .setCount(6)
                            .setZeroCount(1)
                            .setMin(-2.1)
                            .setMax(4.2)
                            .setNegative(buckets(8, 2))
                            .setPositive(buckets(16, 3)))),
        metric("nothing", "s")
            .setHistogram(
                Histogram.newBuilder()
                    .setAggregationTemporalityValue(DELTA)
                    .addDataPoints(
                        HistogramDataPoint.newBuilder()
                            .setStartTimeUnixNano(nanos(0))
                            .setTimeUnixNano(nanos(5))
                            .setCount(3)
                            .setSum(Double.NaN))));

    awaitTotal("kinds", "many", "count", 1_000);
    awaitTotal("kinds", "many", "sum", 500_000);
    JsonNode many = onlySeries("kinds", "many", "").at("/points/0");
    assertThat(many.get("p50").asDouble()).isCloseTo(500, within(15.0));
    awaitTotal("kinds", "quantiles", "count", 14);
    awaitTotal("kinds", "quantiles", "sum", 90);
    assertThat(onlySeries("kinds", "quantiles", "").at("/points/0/p50").isNull()).isTrue();
    awaitTotal("kinds", "grown", "count", 6);
    JsonNode grown = onlySeries("kinds", "grown", "").at("/points/0");
    assertThat(grown.get("min").asDouble()).isEqualTo(-2.1);
    assertThat(grown.get("max").asDouble()).isEqualTo(4.2);
    assertThat(grown.get("p99").asDouble()).isCloseTo(4.2, within(0.8));
    awaitTotal("kinds", "nothing", "count", 3);
    assertThat(onlySeries("kinds", "nothing", "").at("/points/0/mean").isNull()).isTrue();
  }

  @Test
  void shouldHaveNoQuantilesOfTimersOfMicrometer() throws Exception {
    Map<String, String> settings =
        Map.of(
            "otlp.url", gateway.url() + "/v1/metrics",
            "otlp.step", "1h",
            "otlp.resourceAttributes", "service.name=boot,service.instance.id=boot-1");
    OtlpMeterRegistry meters =
        new OtlpMeterRegistry(settings::get, io.micrometer.core.instrument.Clock.SYSTEM);
    Timer orders = meters.timer("orders.handled", "uri", "/orders", "method", "GET");
    Timer payments = meters.timer("orders.handled", "uri", "/pay", "method", "POST");
    for (int i = 1; i <= 20; i++) {
      orders.record(Duration.ofMillis(i == 20 ? 900 : 10));
      payments.record(Duration.ofMillis(20));
    }
    meters.gauge("pool.used", List.of(io.micrometer.core.instrument.Tag.of("area", "heap")), 7);
    meters.close(); // Publishes.

    awaitTotal("boot", "orders.handled", "count", 40);
    JsonNode series = onlySeries("boot", "orders.handled", "");
    assertThat(series.get("unit").asText()).isEqualTo("ms");
    JsonNode point = series.at("/points/0");
    assertThat(point.get("sum").asDouble()).isCloseTo(19 * 10 + 900 + 20 * 20, within(1.0));
    for (String quantile : List.of("p50", "p90", "p95", "p99")) {
      assertThat(point.get(quantile).isNull()).as(quantile).isTrue();
    }
    assertThat(counts("boot", "orders.handled", "&by=uri"))
        .isEqualTo(Map.of("{\"uri\":\"/orders\"}", 20L, "{\"uri\":\"/pay\"}", 20L));
    awaitTotal("boot", "pool.used", "max", 7);
  }

  @Test
  void shouldTellPartsOfMetricsOfOpenTelemetrysSdkApart() throws Exception {
    for (boolean delta : List.of(true, false)) {
      String service = "sdk-" + delta;
      try (SdkMeterProvider provider = provider(service, delta)) {
        DoubleHistogram plain = provider.get("t").histogramBuilder("plain").setUnit("ms").build();
        DoubleHistogram bucketed =
            provider.get("t").histogramBuilder("http.server.duration").setUnit("s").build();
        LongCounter bytes = provider.get("t").counterBuilder("sent").setUnit("By").build();
        for (int push = 0; push < 2; push++) {
          for (int i = 0; i < 10; i++) {
            plain.record(push * 10 + i);
            for (String route : List.of("/orders", "/carts")) {
              bucketed.record(
                  0.1 * (i + 1),
                  Attributes.of(
                      AttributeKey.stringKey("http.route"),
                      route,
                      AttributeKey.stringKey("http.request.method"),
                      "GET",
                      AttributeKey.stringKey("thread"),
                      "t" + i));
            }
            bytes.add(i, Attributes.of(AttributeKey.stringKey("status"), i < 5 ? "200" : "500"));
          }
          assertThat(provider.forceFlush().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
        }
      }

      awaitTotal(service, "plain", "count", 20);
      awaitTotal(service, "plain", "sum", 190);
      JsonNode plain = onlySeries(service, "plain", "");
      assertThat(plain.get("unit").asText()).isEqualTo("ms");
      assertThat(plain.get("attributes").isEmpty()).isTrue();
      plain.get("points").forEach(point -> assertThat(point.get("p50").isNull()).isTrue());
      assertThat(plain.get("points").get(plain.get("points").size() - 1).get("max").asDouble())
          .isEqualTo(19);
      awaitTotal(service, "http.server.duration", "count", 40);
      assertThat(counts(service, "http.server.duration", "&by=http.route"))
          .isEqualTo(
              Map.of("{\"http.route\":\"/carts\"}", 20L, "{\"http.route\":\"/orders\"}", 20L));
      JsonNode orders =
          onlySeries(service, "http.server.duration", "&where=" + encoded("http.route=/orders"));
      assertThat(orders.get("unit").asText()).isEqualTo("s");
      assertThat(orders.at("/points/0/p50").isNull()).isFalse();
      awaitTotal(service, "sent", "sum", 90);
      assertThat(onlySeries(service, "sent", "").get("unit").asText()).isEqualTo("By");
      assertThat(sums(service, "sent", "&by=status"))
          .isEqualTo(Map.of("{\"status\":\"200\"}", 20.0, "{\"status\":\"500\"}", 70.0));
    }
  }

  private SdkMeterProvider provider(String service, boolean delta) {
    return SdkMeterProvider.builder()
        .setResource(
            Resource.create(
                Attributes.of(
                    AttributeKey.stringKey("service.name"),
                    service,
                    AttributeKey.stringKey("service.instance.id"),
                    service + "-1")))
        .registerView(
            InstrumentSelector.builder().setType(InstrumentType.HISTOGRAM).setName("plain").build(),
            View.builder().setAggregation(Aggregation.explicitBucketHistogram(List.of())).build())
        .registerMetricReader(
            PeriodicMetricReader.builder(
                    OtlpHttpMetricExporter.builder()
                        .setEndpoint(gateway.url() + "/v1/metrics")
                        .setAggregationTemporalitySelector(
                            delta
                                ? AggregationTemporalitySelector.deltaPreferred()
                                : AggregationTemporalitySelector.alwaysCumulative())
                        .build())
                .setInterval(Duration.ofHours(1))
                .build())
        .build();
  }

  @Test
  void shouldKeepTotalsExactWhenAMetricHasMorePartsThanAreKept() throws Exception {
    Gauge.Builder gauge = Gauge.newBuilder();
    for (int i = 0; i < 300; i++) {
      gauge.addDataPoints(
          NumberDataPoint.newBuilder()
              .setTimeUnixNano(nanos(5))
              .setAsInt(i)
              .addAttributes(attribute("jvm.memory.pool.name", "pool " + i)));
    }
    gauge.addDataPoints(NumberDataPoint.newBuilder().setTimeUnixNano(nanos(5)).setAsInt(1_000));
    send("pools", metric("jvm.memory.used", "By").setGauge(gauge));

    awaitTotal("pools", "jvm.memory.used", "count", 301);
    Map<String, Long> counts = counts("pools", "jvm.memory.used", "&by=jvm.memory.pool.name");
    assertThat(counts).hasSize(101);
    assertThat(counts.get("{\"jvm.memory.pool.name\":\"__other__\"}")).isEqualTo(201);
    assertThat(counts.get("{}")).isEqualTo(1);
    double sum =
        sums("pools", "jvm.memory.used", "&by=jvm.memory.pool.name").values().stream()
            .mapToDouble(each -> each)
            .sum();
    assertThat(sum).isEqualTo(299 * 150 + 1_000);
  }

  @Test
  void shouldWarnOfTwoWritersUnderOneIdentity() throws Exception {
    String first = "";
    String second = "";
    for (int i = 1; i <= 3; i++) {
      first = sendSum(true, "twins", CUMULATIVE, new Point(0, 10 * i, 1_000 * i));
      second = sendSum(true, "twins", CUMULATIVE, new Point(5, 10 * i + 1, i));
    }

    JsonNode warned = JSON.readTree(first).get("partialSuccess");
    assertThat(warned.get("rejectedDataPoints").asText()).isEqualTo("0");
    assertThat(warned.get("errorMessage").asText()).contains("service.instance.id");
    assertThat(second).isEqualTo("{}");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get(processor.url() + "/metrics"))
                    .containsPattern(
                        "tracetide_processor_samples_uncounted_total\\{.*reason=\"conflicting\".*\\}"
                            + " [1-9]"));
    assertThat(get(gateway.url() + "/metrics"))
        .contains("# HELP tracetide_gateway_records_adjusted_total")
        .contains("kind=\"conflicting_writers\"");
  }

  private SummaryDataPoint summary(int second, long count, double sum) {
    return SummaryDataPoint.newBuilder()
        .setStartTimeUnixNano(nanos(0))
        .setTimeUnixNano(nanos(second))
        .setCount(count)
        .setSum(sum)
        .addQuantileValues(
            SummaryDataPoint.ValueAtQuantile.newBuilder().setQuantile(0.5).setValue(3))
        .build();
  }

  private static ExponentialHistogramDataPoint.Buckets buckets(int offset, long count) {
    return ExponentialHistogramDataPoint.Buckets.newBuilder()
        .setOffset(offset)
        .addBucketCounts(count)
        .build();
  }

  private Metric.Builder histogram(String name, int temporality, int start, int time, long count) {
    return metric(name, "s")
        .setHistogram(
            Histogram.newBuilder()
                .setAggregationTemporalityValue(temporality)
                .addDataPoints(
                    HistogramDataPoint.newBuilder()
                        .setStartTimeUnixNano(nanos(start))
                        .setTimeUnixNano(nanos(time))
                        .setCount(count)
                        .setSum(count)
                        .addAllBucketCounts(List.of(count, 0L))
                        .addExplicitBounds(2)));
  }

  private static Metric.Builder metric(String name, String unit) {
    return Metric.newBuilder().setName(name).setUnit(unit);
  }

  /** Sends points of a sum in one request, and returns its answer. */
  private String sendSum(boolean json, String service, int temporality, Point... points)
      throws Exception {
    if (json) {
      return sendJson(
          service,
          """
          {"name": "visits", "sum": {"aggregationTemporality": %d, "isMonotonic": true, "dataPoints": [%s]}}
          """
              .formatted(
                  temporality,
                  Arrays.stream(points)
                      .map(
                          point ->
                              """
                              {"startTimeUnixNano": "%d", "timeUnixNano": "%d", "asInt": "%d"}\
                              """
                                  .formatted(nanos(point.start), nanos(point.time), point.value))
                      .collect(Collectors.joining(","))));
    }
    Sum.Builder sum =
        Sum.newBuilder()
            .setAggregationTemporality(AggregationTemporality.forNumber(temporality))
            .setIsMonotonic(true);
    for (Point point : points) {
      sum.addDataPoints(
          NumberDataPoint.newBuilder()
              .setStartTimeUnixNano(nanos(point.start))
              .setTimeUnixNano(nanos(point.time))
              .setAsInt(point.value));
    }
    send(service, metric("visits", "1").setSum(sum));
    return "";
  }

  private String sendJson(String service, String metric) throws Exception {
    String body =
        """
        {"resourceMetrics": [{"resource": {"attributes": [
          {"key": "service.name", "value": {"stringValue": "%s"}}]},
         "scopeMetrics": [{"metrics": [%s]}]}]}
        """
            .formatted(service, metric);
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/metrics"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  private void send(String service, Metric.Builder... metrics) throws Exception {
    ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
    for (Metric.Builder metric : metrics) {
      scope.addMetrics(metric);
    }
    ExportMetricsServiceRequest request =
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(
                ResourceMetrics.newBuilder()
                    .setResource(
                        io.opentelemetry.proto.resource.v1.Resource.newBuilder()
                            .addAttributes(attribute("service.name", service)))
                    .addScopeMetrics(scope))
            .build();
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/metrics"))
                .header("content-type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(ExportMetricsServiceResponse.parseFrom(response.body()).hasPartialSuccess())
        .isFalse();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private long nanos(int second) {
    return (begin.getEpochSecond() + second) * 1_000_000_000L;
  }

  private void awaitTotal(String service, String metric, String figure, double expected) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () ->
                assertThat(
                        sum(
                            points(service, metric, "").stream()
                                .map(point -> point.get(figure))
                                .toList()))
                    .isEqualTo(expected));
  }

  private static double sum(List<JsonNode> figures) {
    return figures.stream().mapToDouble(JsonNode::asDouble).sum();
  }

  private List<JsonNode> points(String service, String metric, String more) throws Exception {
    List<JsonNode> points = new ArrayList<>();
    for (JsonNode series : series(service, metric, more)) {
      series.get("points").forEach(points::add);
    }
    return points;
  }

  private JsonNode onlySeries(String service, String metric, String more) throws Exception {
    JsonNode series = series(service, metric, more);
    assertThat(series).hasSize(1);
    return series.get(0);
  }

  private Map<String, Long> counts(String service, String metric, String more) throws Exception {
    Map<String, Long> counts = new TreeMap<>();
    sums(service, metric, more, "count")
        .forEach((attributes, count) -> counts.put(attributes, count.longValue()));
    return counts;
  }

  private Map<String, Double> sums(String service, String metric, String more) throws Exception {
    return sums(service, metric, more, "sum");
  }

  private Map<String, Double> sums(String service, String metric, String more, String figure)
      throws Exception {
    Map<String, Double> sums = new TreeMap<>();
    for (JsonNode series : series(service, metric, more)) {
      for (JsonNode point : series.get("points")) {
        sums.merge(series.get("attributes").toString(), point.get(figure).asDouble(), Double::sum);
      }
    }
    return sums;
  }

  private JsonNode series(String service, String metric, String more) throws Exception {
    String answer =
        get(
            "%s/monitoring/analytics?timeRange=15m&granularity=10s&metrics=%s&services=%s%s"
                .formatted(processor.url(), encoded(metric), encoded(service), more));
    return JSON.readTree(answer).get("metricSeries");
  }

  private String get(String url) throws Exception {
    HttpResponse<String> response =
        ApiAnswers.checked(
            http.send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString()));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
