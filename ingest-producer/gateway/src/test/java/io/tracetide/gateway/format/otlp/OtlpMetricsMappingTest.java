package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.Measurements.CUMULATIVE;
import static io.tracetide.gateway.format.otlp.Measurements.DELTA;
import static io.tracetide.gateway.format.otlp.Measurements.exponential;
import static io.tracetide.gateway.format.otlp.Measurements.gauge;
import static io.tracetide.gateway.format.otlp.Measurements.histogram;
import static io.tracetide.gateway.format.otlp.Measurements.number;
import static io.tracetide.gateway.format.otlp.Measurements.request;
import static io.tracetide.gateway.format.otlp.Measurements.sum;
import static io.tracetide.schemas.Temporality.UNSPECIFIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.CapturedBatch;
import io.tracetide.gateway.record.Dimensions;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpMetricsMappingTest {

  private final WriterConflicts conflicts = new WriterConflicts();
  private final OtlpMetricsProtobuf protobuf = new OtlpMetricsProtobuf(conflicts);
  private final OtlpMetricsJson json =
      new OtlpMetricsJson(new JsonBodies(BodyLimits.defaults()), 10_000, new WriterConflicts());

  @Test
  void shouldMapEveryKindOfMetric() {
    CapturedBatch read = read(Measurements.everyKind());

    assertThat(read.samples())
        .extracting(
            MetricSample::getMetricName,
            MetricSample::getType,
            MetricSample::getValue,
            MetricSample::getUnit,
            MetricSample::getStartTimestamp,
            MetricSample::getTemporality)
        .containsExactly(
            tuple("memory", MetricType.GAUGE, 1.5, "By", null, UNSPECIFIED),
            tuple("memory", MetricType.GAUGE, 7.0, "By", null, UNSPECIFIED),
            tuple(
                "requests",
                MetricType.COUNTER,
                40.0,
                "1",
                Measurements.start(),
                Temporality.CUMULATIVE),
            tuple("retries", MetricType.COUNTER, 4.0, "1", Measurements.start(), Temporality.DELTA),
            tuple("connections", MetricType.GAUGE, -2.0, "1", null, UNSPECIFIED),
            tuple(
                "wait",
                MetricType.HISTOGRAM,
                0.0,
                "s",
                Measurements.start(),
                Temporality.CUMULATIVE),
            tuple("size", MetricType.HISTOGRAM, 0.0, "s", Measurements.start(), Temporality.DELTA),
            tuple("quantiles", MetricType.HISTOGRAM, 0.0, "", null, Temporality.CUMULATIVE));
    assertThat(read.samples())
        .allSatisfy(
            sample -> {
              assertThat(sample.getTenantId()).isEqualTo("acme");
              assertThat(sample.getServiceName()).isEqualTo("cart");
              assertThat(sample.getInstance()).isEqualTo("cart-1");
              assertThat(sample.getTimestamp()).isEqualTo(Measurements.time());
              assertThat(sample.getTags()).containsEntry("otel.scope.name", "meters");
            });
    assertThat(read.samples().get(0).getTags()).containsEntry("pool", "heap");
    assertThat(read.samples().get(5).getHistogram())
        .isEqualTo(
            HistogramData.newBuilder()
                .setBounds(List.of(0.1, 1.0))
                .setCounts(List.of(1L, 0L, 2L))
                .setSum(12.5)
                .build());
    assertThat(read.samples().get(7).getHistogram())
        .isEqualTo(new HistogramData(List.of(), List.of(3L), 7.5, true, null, null));
    assertThat(read.reasons()).isEmpty();
    assertThat(read.batch().accepted())
        .allSatisfy(
            record -> {
              assertThat(record.topic()).isEqualTo("metrics");
              assertThat(record.key()).asString().isEqualTo("acme|cart");
            });
  }

  @Test
  void shouldReadTheSameFromJson() throws IOException {
    CapturedBatch read = CapturedBatch.withDefaults().read(json, resource("otlp/metrics.json"));

    assertThat(read.samples()).isEqualTo(read(Measurements.everyKind()).samples());
    assertThat(read.reasons()).isEmpty();
  }

  @Test
  void shouldLeaveOutAnAbsentStart() {
    assertThat(one(sum("a", DELTA, true, number(4).clearStartTimeUnixNano())).getStartTimestamp())
        .isNull();
    assertThat(
            one(sum("a", CUMULATIVE, true, number(4).clearStartTimeUnixNano())).getStartTimestamp())
        .isNull();
    assertThat(
            one(histogram(
                    "wait",
                    CUMULATIVE,
                    histogram(List.of(1L, 2L), List.of(1.0)).clearStartTimeUnixNano()))
                .getStartTimestamp())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseWhatIsNoNumber(double value) {
    assertThat(read(request("s", gauge("g", number(value), number(1)))).reasons())
        .containsExactly(RefusalReason.INVALID_FIELD);
  }

  @Test
  void shouldRefuseEachPointThatTheContractCannotRepresent() {
    AggregationTemporality none = AggregationTemporality.AGGREGATION_TEMPORALITY_UNSPECIFIED;
    NumberDataPoint.Builder backwards = number(1).setStartTimeUnixNano(2_000_000_000_000_000_000L);

    CapturedBatch read =
        read(
            request(
                "s",
                sum("changes", DELTA, false, number(1)),
                sum("unsaid", none, true, number(1)),
                sum("falls", CUMULATIVE, true, number(-1)),
                gauge("latency", number(1)),
                gauge("", number(1)),
                gauge(
                    "none",
                    NumberDataPoint.newBuilder().setTimeUnixNano(1_748_779_199_000_000_000L)),
                gauge("timeless", number(1).clearTimeUnixNano()),
                sum("backwards", CUMULATIVE, true, backwards),
                histogram("few", DELTA, histogram(List.of(1L), List.of(1.0))),
                histogram("fall", DELTA, histogram(List.of(1L, 1L, 1L), List.of(2.0, 1.0))),
                histogram("count", DELTA, histogram(List.of(1L, 1L), List.of(2.0)).setCount(7)),
                histogram("less", DELTA, histogram(List.of(), List.of()).setCount(-1))));

    assertThat(read.samples()).isEmpty();
    assertThat(read.reasons())
        .containsExactly(
            RefusalReason.UNSUPPORTED_METRIC,
            RefusalReason.UNSUPPORTED_METRIC,
            RefusalReason.INVALID_FIELD,
            RefusalReason.INVALID_FIELD,
            RefusalReason.INVALID_FIELD,
            RefusalReason.INVALID_FIELD,
            RefusalReason.INVALID_TIMESTAMP,
            RefusalReason.INVALID_TIMESTAMP,
            RefusalReason.INVALID_FIELD,
            RefusalReason.INVALID_FIELD,
            RefusalReason.INVALID_FIELD,
            RefusalReason.INVALID_FIELD);
  }

  @Test
  void shouldKeepCountAndSumOfAHistogramWithoutBuckets() {
    MetricSample sample =
        one(histogram("wait", DELTA, histogram(List.of(), List.of()).setCount(5)));

    assertThat(sample.getHistogram())
        .isEqualTo(new HistogramData(List.of(), List.of(5L), 12.5, true, null, null));
  }

  @Test
  void shouldMergeNeighbouringBucketsBeyondTheLimit() {
    CapturedBatch read =
        read(
            request(
                "s",
                histogram("many", DELTA, histogram(Collections.nCopies(300, 1L), ascending(299)))));

    HistogramData data = read.onlySample().getHistogram();
    assertThat(data.getCounts()).hasSize(150).containsOnly(2L);
    assertThat(data.getBounds()).hasSize(149).startsWith(1.0, 3.0).endsWith(297.0);
    assertThat(read.count(Truncation.BUCKETS_MERGED)).isEqualTo(1);
  }

  @Test
  void shouldTakeInfiniteBoundsForWhatTheyAre() {
    double infinity = Double.POSITIVE_INFINITY;

    assertThat(
            one(histogram(
                    "h", DELTA, histogram(List.of(5L, 2L, 3L, 0L), List.of(1.0, 2.0, infinity))))
                .getHistogram())
        .isEqualTo(
            new HistogramData(List.of(1.0, 2.0), List.of(5L, 2L, 3L), 12.5, true, null, null));
    assertThat(
            one(histogram("h", DELTA, histogram(List.of(5L, 2L, 3L), List.of(1.0, 2.0, infinity))))
                .getHistogram()
                .getCounts())
        .containsExactly(5L, 2L, 3L);
    assertThat(
            one(histogram("h", DELTA, histogram(List.of(0L, 2L, 3L), List.of(-infinity, 2.0))))
                .getHistogram())
        .isEqualTo(new HistogramData(List.of(2.0), List.of(2L, 3L), 12.5, true, null, null));
    assertThat(
            one(histogram("h", DELTA, histogram(List.of(4L, 3L), List.of(infinity))))
                .getHistogram())
        .isEqualTo(new HistogramData(List.of(), List.of(7L), 12.5, true, null, null));
  }

  @Test
  void shouldReadInfiniteBoundsOfJson() {
    CapturedBatch read =
        CapturedBatch.withDefaults()
            .read(
                json,
                """
                {"resourceMetrics": [{"scopeMetrics": [{"metrics": [
                 {"name": "h", "histogram": {"aggregationTemporality": 1, "dataPoints": [
                  {"startTimeUnixNano": "1748779140000000000", "timeUnixNano": "1748779199000000000",
                   "count": 10, "sum": "NaN", "min": 0.5, "max": "2.5",
                   "explicitBounds": [1, 2, "Infinity"], "bucketCounts": [5, 2, 3, 0]}]}}]}]}]}
                """
                    .getBytes(StandardCharsets.UTF_8));

    assertThat(read.onlySample().getHistogram())
        .isEqualTo(new HistogramData(List.of(1.0, 2.0), List.of(5L, 2L, 3L), 0.0, false, 0.5, 2.5));
    assertThat(read.count(Truncation.SUM_UNKNOWN)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void shouldCountWithoutASumThatIsNoNumber(double sum) {
    HistogramData data =
        one(histogram(
                "wait",
                DELTA,
                histogram(List.of(0L, 4L, 0L), List.of(1.0, 2.0)).setSum(sum).setMin(sum)))
            .getHistogram();

    assertThat(data.getCounts()).containsExactly(0L, 4L, 0L);
    assertThat(data.getSumKnown()).isFalse();
    assertThat(data.getMin()).isNull();
  }

  @Test
  void shouldMarkASumAsUnknown() {
    CapturedBatch read =
        read(
            request(
                "s",
                histogram(
                    "wait", DELTA, histogram(List.of(0L, 4L, 0L), List.of(1.0, 2.0)).clearSum())));

    assertThat(read.onlySample().getHistogram().getSumKnown()).isFalse();
    assertThat(read.count(Truncation.SUM_UNKNOWN)).isZero();
  }

  @Test
  void shouldConvertAnExponentialHistogramOfBothSigns() {
    ExponentialHistogramDataPoint.Builder point =
        exponential(3, 16, 9L) // (4, 4.36]
            .setZeroCount(2)
            .setZeroThreshold(0.001)
            .setNegative(
                ExponentialHistogramDataPoint.Buckets.newBuilder()
                    .setOffset(8) // [-2.18, -2)
                    .addBucketCounts(7))
            .setCount(18);

    HistogramData data = one(exponential("h", DELTA, point)).getHistogram();

    assertThat(data.getCounts()).hasSizeLessThanOrEqualTo(256);
    assertThat(data.getBounds()).isSorted().hasSize(data.getCounts().size() - 1);
    assertThat(between(data, -2.1)).isEqualTo(7);
    assertThat(between(data, 0)).isEqualTo(2);
    assertThat(between(data, 4.2)).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(ints = {-10, -9, -7, -4, -3, -1, 0, 1, 2, 7, 20})
  void shouldPlaceValuesOfEveryScale(int scale) {
    for (double value : new double[] {1e-300, 0.000_01, 0.3, 1.5, 1e6, 1e300}) {
      int index = (int) Math.ceil(Math.log(value) / Math.log(2) * Math.scalb(1.0, scale)) - 1;

      HistogramData data =
          one(exponential("h", DELTA, exponential(scale, index, 9L))).getHistogram();

      boolean within = scale <= -3 || (value > 1e-5 && value < 1e12);
      assertThat(data.getCounts()).hasSizeLessThanOrEqualTo(256).contains(9L);
      assertThat(data.getBounds()).allMatch(Double::isFinite).isSorted();
      if (within) {
        assertThat(between(data, value)).as("%s", value).isEqualTo(9);
      }
    }
  }

  private static long between(HistogramData data, double value) {
    int bucket = 0;
    while (bucket < data.getBounds().size() && data.getBounds().get(bucket) < value) {
      bucket++;
    }
    return data.getCounts().get(bucket);
  }

  @Test
  void shouldWriteUnitsThatAreWordsAsTheirSigns() {
    assertThat(one(gauge("g", number(1)).setUnit("milliseconds")).getUnit()).isEqualTo("ms");
    assertThat(one(gauge("g", number(1)).setUnit("By")).getUnit()).isEqualTo("By");
    assertThat(one(gauge("g", number(1)).setUnit("{request}")).getUnit()).isEqualTo("{request}");
  }

  @Test
  void shouldNameTheServiceOfWhatItRefuses() {
    assertThat(
            read(request("shop", gauge("g", number(Double.NaN))))
                .batch()
                .refused()
                .get(0)
                .service())
        .isEqualTo("shop");
  }

  @Test
  void shouldWarnOfTwoWritersUnderOneIdentity() throws IOException {
    NumberDataPoint.Builder young = number(4).setStartTimeUnixNano(1_748_779_150_000_000_000L);
    NumberDataPoint.Builder old = number(900);

    assertThat(warnings(at(old, 1), at(old, 2), at(young, 3), at(young, 4))).isEmpty();
    assertThat(warnings(at(old, 5))).singleElement().asString().contains("service.instance.id");
    assertThat(warnings(at(young, 6), at(young, 6), at(old, 4))).as("late or again").isEmpty();
    assertThat(warnings(at(number(3).setStartTimeUnixNano(young.getStartTimeUnixNano()), 7)))
        .as("a fall without a new start")
        .hasSize(1);
    ExportMetricsServiceResponse answer =
        ExportMetricsServiceResponse.parseFrom(
            protobuf.accepted(1, List.of(), Set.of("careful")).body());
    assertThat(answer.getPartialSuccess().getRejectedDataPoints()).isZero();
    assertThat(answer.getPartialSuccess().getErrorMessage()).isEqualTo("warning: careful");
    assertThat(json.accepted(1, List.of(), Set.of("careful")).body())
        .asString()
        .contains("\"rejectedDataPoints\":\"0\"")
        .contains("warning: careful");
  }

  private Set<String> warnings(NumberDataPoint.Builder... points) {
    return read(request("s", sum("a", CUMULATIVE, true, points))).batch().warnings();
  }

  private static NumberDataPoint.Builder at(NumberDataPoint.Builder point, int second) {
    return point.clone().setTimeUnixNano(1_748_779_160_000_000_000L + second * 1_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 10, 20})
  void shouldConvertAnExponentialHistogramWithinNinePercent(int scale) {
    for (double value : new double[] {0.000_01, 0.003, 1, 7.5, 1_234, 5e9}) {
      int index = (int) Math.ceil(Math.log(value) / Math.log(2) * Math.scalb(1.0, scale)) - 1;

      HistogramData data =
          one(exponential("h", DELTA, exponential(scale, index, 9L))).getHistogram();

      int bucket =
          IntStream.range(0, data.getCounts().size())
              .filter(i -> data.getCounts().get(i) == 9)
              .findFirst()
              .orElseThrow();
      double lower = data.getBounds().get(bucket - 1);
      double upper = data.getBounds().get(bucket);
      assertThat(value).isBetween(lower * 0.999_999, upper * 1.000_001);
      double told = 2 / (1 / lower + 1 / upper);
      assertThat(told / value).isCloseTo(1, within(0.09));
    }
  }

  @Test
  void shouldHaveTheSameBoundsWhereverAnExponentialHistogramGrows() {
    HistogramData narrow =
        one(exponential("h", CUMULATIVE, exponential(8, 100, 1L))).getHistogram();
    HistogramData wide =
        one(exponential("h", CUMULATIVE, exponential(3, -40, 1L, 2L, 3L))).getHistogram();

    assertThat(narrow.getBounds()).isEqualTo(wide.getBounds()).hasSizeLessThan(256);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -4, -3, 0, 1, 40, Integer.MAX_VALUE})
  void shouldBearAnyScaleAndAnyOffset(int scale) {
    for (int offset : new int[] {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE}) {
      CapturedBatch read =
          read(request("s", exponential("h", DELTA, exponential(scale, offset, 1L, 2L))));

      assertThat(read.onlySample().getHistogram().getCounts().stream().mapToLong(n -> n).sum())
          .isEqualTo(3);
    }
  }

  @Test
  void shouldDistinguishProcessesWithoutAnInstanceId() {
    Resource resource =
        Resource.newBuilder()
            .addAttributes(Spans.text("service.name", "s"))
            .addAttributes(Spans.text("process.pid", "17"))
            .addAttributes(Spans.text("host.name", "node-1"))
            .build();
    ExportMetricsServiceRequest request = request("s", gauge("g", number(1)));
    ResourceMetrics group = request.getResourceMetrics(0).toBuilder().setResource(resource).build();

    assertThat(
            read(request.toBuilder().setResourceMetrics(0, group).build())
                .onlySample()
                .getInstance())
        .isEqualTo("node-1/17");
  }

  @Test
  void shouldDistinguishSeriesWhoseTagsAreMaskedOrBeyondTheLimit() {
    NumberDataPoint.Builder jane = number(1).addAttributes(Spans.text("user", "jane@example.com"));
    NumberDataPoint.Builder joe = number(1).addAttributes(Spans.text("user", "joe@example.com"));
    CapturedBatch read =
        read(request("s", sum("a", CUMULATIVE, true, jane, joe, many("x"), many("y"), many("x"))));

    List<Map<String, String>> tags = read.samples().stream().map(MetricSample::getTags).toList();
    assertThat(tags.get(0).get("user")).startsWith("[email:").doesNotContain("jane");
    assertThat(tags.get(0)).isNotEqualTo(tags.get(1));
    assertThat(tags.get(2)).hasSize(65).containsKey(Dimensions.OTHERS).isNotEqualTo(tags.get(3));
    assertThat(tags.get(2)).isEqualTo(tags.get(4));
    assertThat(read.count(Truncation.TAG_DROPPED)).isEqualTo(3 * 6);
  }

  private static NumberDataPoint.Builder many(String last) {
    NumberDataPoint.Builder point = number(1);
    for (int i = 0; i < 69; i++) {
      point.addAttributes(Spans.text("k" + i, "v"));
    }
    return point.addAttributes(KeyValue.newBuilder(Spans.text("last", last)));
  }

  private static List<Double> ascending(int bounds) {
    return IntStream.range(0, bounds).mapToObj(i -> (double) i).toList();
  }

  private MetricSample one(Metric.Builder metric) {
    return read(request("s", metric)).onlySample();
  }

  private CapturedBatch read(ExportMetricsServiceRequest request) {
    return CapturedBatch.withDefaults().read(protobuf, request.toByteArray());
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = OtlpMetricsMappingTest.class.getClassLoader().getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
