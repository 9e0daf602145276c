package io.tracetide.gateway.otlp;

import static io.tracetide.gateway.otlp.Measurements.CUMULATIVE;
import static io.tracetide.gateway.otlp.Measurements.DELTA;
import static io.tracetide.gateway.otlp.Measurements.exponential;
import static io.tracetide.gateway.otlp.Measurements.gauge;
import static io.tracetide.gateway.otlp.Measurements.histogram;
import static io.tracetide.gateway.otlp.Measurements.number;
import static io.tracetide.gateway.otlp.Measurements.request;
import static io.tracetide.gateway.otlp.Measurements.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.tracetide.gateway.intake.Adjustment;
import io.tracetide.gateway.intake.BodyLimits;
import io.tracetide.gateway.intake.CapturedIntake;
import io.tracetide.gateway.intake.Dimensions;
import io.tracetide.gateway.intake.RefusalReason;
import io.tracetide.gateway.json.JsonBodies;
import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpMetricsMappingTest {

  private final OtlpMetricsProtobuf protobuf = new OtlpMetricsProtobuf();
  private final OtlpMetricsJson json =
      new OtlpMetricsJson(new JsonBodies(BodyLimits.defaults()), 10_000);

  @Test
  void shouldMapEveryKindOfMetric() {
    CapturedIntake read = read(Measurements.everyKind());

    assertThat(read.samples())
        .extracting(
            MetricSample::getMetricName,
            MetricSample::getType,
            MetricSample::getValue,
            MetricSample::getUnit,
            MetricSample::getStartTimestamp)
        .containsExactly(
            tuple("memory", MetricType.GAUGE, 1.5, "By", null),
            tuple("memory", MetricType.GAUGE, 7.0, "By", null),
            tuple("requests", MetricType.COUNTER, 40.0, "1", Measurements.start()),
            tuple("retries", MetricType.COUNTER, 4.0, "1", Measurements.start()),
            tuple("connections", MetricType.GAUGE, -2.0, "1", null),
            tuple("wait", MetricType.HISTOGRAM, 0.0, "s", Measurements.start()),
            tuple("size", MetricType.HISTOGRAM, 0.0, "s", Measurements.start()));
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
        .isEqualTo(new HistogramData(List.of(0.1, 1.0), List.of(1L, 0L, 2L), 12.5));
    assertThat(read.reasons()).containsExactly(RefusalReason.UNSUPPORTED_METRIC);
    assertThat(read.intake().accepted())
        .allSatisfy(
            record -> {
              assertThat(record.topic()).isEqualTo("metrics");
              assertThat(record.key()).asString().isEqualTo("acme|cart");
            });
  }

  @Test
  void shouldReadTheSameFromJson() throws IOException {
    CapturedIntake read = CapturedIntake.withDefaults().read(json, resource("otlp/metrics.json"));

    assertThat(read.samples()).isEqualTo(read(Measurements.everyKind()).samples());
    assertThat(read.reasons()).containsExactly(RefusalReason.UNSUPPORTED_METRIC);
  }

  @Test
  void shouldTellADeltaAsATotalThatBeginsAnew() {
    assertThat(one(sum("a", DELTA, true, number(4).clearStartTimeUnixNano())).getStartTimestamp())
        .isEqualTo(Measurements.time());
    assertThat(
            one(sum("a", CUMULATIVE, true, number(4).clearStartTimeUnixNano())).getStartTimestamp())
        .isNull();
  }

  @Test
  void shouldNotLetACumulativeHistogramWithoutAStartPassForOneOfItsOwn() {
    MetricSample sample =
        one(
            histogram(
                "wait",
                CUMULATIVE,
                histogram(List.of(1L, 2L), List.of(1.0)).clearStartTimeUnixNano()));

    assertThat(sample.getStartTimestamp())
        .isAfter(Instant.EPOCH)
        .isBefore(Instant.EPOCH.plusSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRefuseWhatIsNoNumber(double value) {
    assertThat(read(request("s", gauge("g", number(value), number(1)))).reasons())
        .containsExactly(RefusalReason.INVALID_FIELD);
  }

  @Test
  void shouldRefuseEachPointThatCannotBeTold() {
    AggregationTemporality none = AggregationTemporality.AGGREGATION_TEMPORALITY_UNSPECIFIED;
    NumberDataPoint.Builder backwards = number(1).setStartTimeUnixNano(2_000_000_000_000_000_000L);

    CapturedIntake read =
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
                histogram("many", DELTA, histogram(Collections.nCopies(300, 1L), ascending(299)))));

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
            RefusalReason.TOO_MANY_VALUES);
  }

  @Test
  void shouldKeepCountAndSumOfAHistogramWithoutBuckets() {
    MetricSample sample =
        one(histogram("wait", DELTA, histogram(List.of(), List.of()).setCount(5)));

    assertThat(sample.getHistogram()).isEqualTo(new HistogramData(List.of(), List.of(5L), 12.5));
  }

  @Test
  void shouldEstimateASumThatWasLeftOut() {
    MetricSample sample =
        one(histogram("wait", DELTA, histogram(List.of(0L, 4L, 0L), List.of(1.0, 2.0)).clearSum()));

    assertThat(sample.getHistogram().getSum()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 10, 20})
  void shouldKnowObservationsOfAnExponentialHistogramWithinNinePercent(int scale) {
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
      CapturedIntake read =
          read(request("s", exponential("h", DELTA, exponential(scale, offset, 1L, 2L))));

      if (scale < -3) {
        assertThat(read.reasons()).containsExactly(RefusalReason.UNSUPPORTED_METRIC);
      } else {
        assertThat(read.onlySample().getHistogram().getCounts().stream().mapToLong(n -> n).sum())
            .isEqualTo(3);
      }
    }
  }

  @Test
  void shouldTellProcessesApartWithoutAnInstanceId() {
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
  void shouldKeepSeriesApartWhoseTagsAreMaskedOrTooMany() {
    NumberDataPoint.Builder jane = number(1).addAttributes(Spans.text("user", "jane@example.com"));
    NumberDataPoint.Builder joe = number(1).addAttributes(Spans.text("user", "joe@example.com"));
    CapturedIntake read =
        read(request("s", sum("a", CUMULATIVE, true, jane, joe, many("x"), many("y"), many("x"))));

    List<Map<String, String>> tags = read.samples().stream().map(MetricSample::getTags).toList();
    assertThat(tags.get(0).get("user")).startsWith("[email:").doesNotContain("jane");
    assertThat(tags.get(0)).isNotEqualTo(tags.get(1));
    assertThat(tags.get(2)).hasSize(65).containsKey(Dimensions.OTHERS).isNotEqualTo(tags.get(3));
    assertThat(tags.get(2)).isEqualTo(tags.get(4));
    assertThat(read.count(Adjustment.TAG_DROPPED)).isEqualTo(3 * 6);
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

  private CapturedIntake read(ExportMetricsServiceRequest request) {
    return CapturedIntake.withDefaults().read(protobuf, request.toByteArray());
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = OtlpMetricsMappingTest.class.getClassLoader().getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
