package io.tracetide.processor.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetricSampleCheckTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final MetricSampleCheck check =
      new MetricSampleCheck(Duration.ofMinutes(5), Duration.ofDays(30));
  private final MetricView view = new MetricView();
  private final AvroEncoder<MetricSample> encoder =
      new AvroEncoder<>(new InMemorySchemaRegistry(), "metrics-value", MetricSample.class);

  @Test
  void shouldTakeGaugesCountersAndDistributions() {
    assertThat(reason(s -> s.setValue(-3))).isEmpty();
    assertThat(reason(s -> s.setType(MetricType.COUNTER).setValue(3))).isEmpty();
    assertThat(reason(s -> s.setType(MetricType.COUNTER).setValue(3).setStartTimestamp(NOW)))
        .isEmpty();
    assertThat(histogram(List.of(-1.0, 0.0, 5.0), List.of(0L, 1L, 2L, 3L), 7)).isEmpty();
    assertThat(histogram(List.of(), List.of(9L), 7)).isEmpty();
  }

  @Test
  void shouldRefuseTimesThatNoWindowCanTake() {
    assertThat(reason(s -> s.setTimestamp(NOW.plusSeconds(301))))
        .contains(DeadLetterReason.FUTURE_TIMESTAMP);
    assertThat(reason(s -> s.setTimestamp(Instant.EPOCH))).contains(DeadLetterReason.BAD_TIMESTAMP);
    assertThat(reason(s -> s.setTimestamp(NOW.minus(Duration.ofDays(31)))))
        .contains(DeadLetterReason.BEYOND_RETENTION);
    assertThat(reason(s -> s.setStartTimestamp(NOW.plusSeconds(1))))
        .contains(DeadLetterReason.BAD_TIMESTAMP);
  }

  @Test
  void shouldTakeAStartAtTheEpochForNone() {
    assertThat(reason(s -> s.setStartTimestamp(Instant.EPOCH))).isEmpty();
  }

  @Test
  void shouldRefuseNamesThatCannotBePartOfAKey() {
    for (String name : List.of("", "a\0b", "x".repeat(1025))) {
      assertThat(reason(s -> s.setServiceName(name))).contains(DeadLetterReason.BAD_NAME);
      assertThat(reason(s -> s.setMetricName(name))).contains(DeadLetterReason.BAD_NAME);
    }
    assertThat(reason(s -> s.setTenantId("a\0b"))).contains(DeadLetterReason.BAD_NAME);
  }

  @Test
  void shouldRejectTheReservedNameOfSpans() {
    assertThat(reason(s -> s.setMetricName("latency"))).contains(DeadLetterReason.BAD_NAME);
    assertThat(reason(s -> s.setMetricName("latency_ms"))).isEmpty();
  }

  @Test
  void shouldRefuseValuesThatAreNoNumbersAndTotalsBelowZero() {
    assertThat(reason(s -> s.setValue(Double.NaN))).contains(DeadLetterReason.BAD_VALUE);
    assertThat(reason(s -> s.setValue(Double.POSITIVE_INFINITY)))
        .contains(DeadLetterReason.BAD_VALUE);
    assertThat(reason(s -> s.setType(MetricType.COUNTER).setValue(-1)))
        .contains(DeadLetterReason.BAD_VALUE);
  }

  @Test
  void shouldTakeASumThatIsNoNumberForAnUnknownOne() {
    assertThat(histogram(List.of(1.0), List.of(1L, 1L), Double.NaN)).isEmpty();
    assertThat(view.histogramSum()).isNaN();
    assertThat(histogram(List.of(1.0), List.of(1L, 1L), 4)).isEmpty();
    assertThat(view.histogramSum()).isEqualTo(4);
  }

  @Test
  void shouldTakeAnInfiniteLastBoundForWhatItIs() {
    double infinity = Double.POSITIVE_INFINITY;

    assertThat(histogram(List.of(1.0, 2.0, infinity), List.of(5L, 2L, 3L, 0L), 7)).isEmpty();
    assertThat(view.boundCount()).isEqualTo(2);
    assertThat(Arrays.copyOf(view.buckets(), view.bucketCount())).containsExactly(5, 2, 3);
    assertThat(histogram(List.of(1.0, infinity), List.of(5L, 2L), 7)).isEmpty();
    assertThat(Arrays.copyOf(view.buckets(), view.bucketCount())).containsExactly(5, 2);
    assertThat(histogram(List.of(1.0, infinity), List.of(5L, -2L, 3L), 7))
        .contains(DeadLetterReason.BAD_HISTOGRAM);
  }

  @Test
  void shouldRefuseBucketsThatDoNotFit() {
    assertThat(reason(s -> s.setType(MetricType.HISTOGRAM)))
        .contains(DeadLetterReason.BAD_HISTOGRAM);
    assertThat(histogram(List.of(1.0, 2.0), List.of(1L, 1L), 1))
        .contains(DeadLetterReason.BAD_HISTOGRAM);
    assertThat(histogram(List.of(2.0, 2.0), List.of(1L, 1L, 1L), 1))
        .contains(DeadLetterReason.BAD_HISTOGRAM);
    assertThat(histogram(List.of(Double.NEGATIVE_INFINITY), List.of(1L, 1L), 1))
        .contains(DeadLetterReason.BAD_HISTOGRAM);
    assertThat(histogram(List.of(1.0), List.of(1L, -1L), 1))
        .contains(DeadLetterReason.BAD_HISTOGRAM);
    assertThat(histogram(List.of(1.0), List.of(Long.MAX_VALUE, Long.MAX_VALUE), 1))
        .contains(DeadLetterReason.BAD_HISTOGRAM);
  }

  @Test
  void shouldRefuseAMinimumAboveTheMaximum() {
    assertThat(extremes(8.0, 3.0)).contains(DeadLetterReason.BAD_HISTOGRAM);
    assertThat(extremes(Double.POSITIVE_INFINITY, 3.0)).contains(DeadLetterReason.BAD_HISTOGRAM);
    assertThat(extremes(3.0, 3.0)).isEmpty();
    assertThat(view.min()).isEqualTo(view.max()).isEqualTo(3);
    assertThat(extremes(8.0, null)).isEmpty();
    assertThat(extremes(8.0, Double.NaN)).isEmpty();
    assertThat(view.max()).isNaN();
  }

  @Test
  void shouldNameTheFieldAndWhatIsWrongWithIt() {
    assertThat(detail(s -> s.setServiceName(""))).isEqualTo("serviceName is missing");
    assertThat(detail(s -> s.setMetricName("x".repeat(1025))))
        .isEqualTo("metricName has 1025 bytes, at most 1024 are allowed");
    assertThat(detail(s -> s.setTenantId("a\0b"))).isEqualTo("tenantId has a zero byte");
    assertThat(detail(s -> s.setMetricName("latency")))
        .isEqualTo("metricName latency is reserved for finished spans");
    assertThat(detail(s -> s.setTimestamp(NOW.plusSeconds(301))))
        .isEqualTo(
            "timestamp 2026-03-01T12:05:01Z is more than 5m later than the clock of the processor,"
                + " which is 2026-03-01T12:00:00Z");
    assertThat(detail(s -> s.setTimestamp(Instant.EPOCH)))
        .contains("timestamp 1970-01-01T00:00:00Z")
        .endsWith("missing or not in microseconds");
    assertThat(detail(s -> s.setTimestamp(NOW.minus(Duration.ofDays(31)))))
        .contains("timestamp 2026-01-29T12:00:00Z is more than 30d earlier than the newest");
    assertThat(detail(s -> s.setStartTimestamp(NOW.plusSeconds(1))))
        .startsWith("startTimestamp ")
        .contains(" is later than timestamp ");
    assertThat(detail(s -> s.setValue(Double.NaN)))
        .isEqualTo("value is NaN, which is not finite, in m");
    assertThat(detail(s -> s.setType(MetricType.COUNTER).setValue(-1)))
        .isEqualTo("value is -1.0, which is not a total that is finite and not negative, in m");
  }

  @Test
  void shouldNameThePartOfADistributionThatIsWrong() {
    assertThat(detail(s -> s.setType(MetricType.HISTOGRAM)))
        .contains("histogram.counts is missing");
    assertThat(detail(s -> distribution(s, List.of(1.0, 2.0), List.of(1L, 1L))))
        .contains("histogram.counts has 2 items, 3 are needed for 2 bounds");
    assertThat(detail(s -> distribution(s, List.of(2.0, 2.0), List.of(1L, 1L, 1L))))
        .contains("histogram.bounds[1] is 2.0");
    assertThat(detail(s -> distribution(s, List.of(1.0), List.of(1L, -1L))))
        .contains("histogram.counts[1] is -1");
  }

  private static MetricSample.Builder distribution(
      MetricSample.Builder sample, List<Double> bounds, List<Long> counts) {
    return sample
        .setType(MetricType.HISTOGRAM)
        .setHistogram(
            HistogramData.newBuilder().setBounds(bounds).setCounts(counts).setSum(1).build());
  }

  private Optional<DeadLetterReason> extremes(Double min, @Nullable Double max) {
    return reason(
        s ->
            s.setType(MetricType.HISTOGRAM)
                .setHistogram(
                    HistogramData.newBuilder()
                        .setBounds(List.of(5.0))
                        .setCounts(List.of(1L, 1L))
                        .setSum(11)
                        .setMin(min)
                        .setMax(max)
                        .build()));
  }

  @Test
  void shouldMergeNeighboursWhenThereAreMoreBucketsThanAreKept() {
    assertThat(
            histogram(
                IntStream.range(0, 5_000).mapToObj(i -> (double) i).toList(),
                Collections.nCopies(5_001, 1L),
                1))
        .isEmpty();
    assertThat(view.bucketCount()).isEqualTo(251).isEqualTo(view.boundCount() + 1);
    assertThat(Arrays.stream(view.buckets(), 0, view.bucketCount()).sum()).isEqualTo(5_001);
    assertThat(view.bounds()[0]).isEqualTo(19);
    assertThat(view.buckets()[0]).isEqualTo(20);
  }

  @Test
  void shouldRefuseMoreTagsThanAreKept() {
    Map<String, String> tags =
        IntStream.range(0, 500).boxed().collect(Collectors.toMap(i -> "tag" + i, i -> "value" + i));
    assertThat(reason(s -> s.setTags(tags))).contains(DeadLetterReason.TOO_MANY_ITEMS);
  }

  private Optional<DeadLetterReason> histogram(List<Double> bounds, List<Long> counts, double sum) {
    return reason(
        s ->
            s.setType(MetricType.HISTOGRAM)
                .setHistogram(
                    HistogramData.newBuilder()
                        .setBounds(bounds)
                        .setCounts(counts)
                        .setSum(sum)
                        .build()));
  }

  private Optional<DeadLetterReason> reason(UnaryOperator<MetricSample.Builder> change) {
    return failure(change).map(RecordCheck.Failure::reason);
  }

  private String detail(UnaryOperator<MetricSample.Builder> change) {
    return failure(change).orElseThrow().detail();
  }

  private Optional<RecordCheck.Failure> failure(UnaryOperator<MetricSample.Builder> change) {
    MetricSample sample =
        change
            .apply(
                MetricSample.newBuilder()
                    .setServiceName("shop")
                    .setMetricName("m")
                    .setTimestamp(NOW))
            .build();
    new MetricSampleReader(MetricSample.getClassSchema()).read(encoder.encode(sample), view);
    return check.check(view, NOW.toEpochMilli(), NOW.toEpochMilli());
  }
}
