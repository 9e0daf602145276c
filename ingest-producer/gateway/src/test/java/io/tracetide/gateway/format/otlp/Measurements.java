package io.tracetide.gateway.format.otlp;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
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
import io.opentelemetry.proto.resource.v1.Resource;
import java.time.Instant;
import java.util.List;

/** Metrics encoded by OpenTelemetry's classes. */
public final class Measurements {

  static final AggregationTemporality DELTA = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
  static final AggregationTemporality CUMULATIVE =
      AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;

  private static final long START = 1_748_779_140_000_000_000L;
  private static final long TIME = 1_748_779_199_000_000_000L;

  private Measurements() {}

  public static NumberDataPoint.Builder number(double value) {
    return NumberDataPoint.newBuilder()
        .setStartTimeUnixNano(START)
        .setTimeUnixNano(TIME)
        .setAsDouble(value);
  }

  static HistogramDataPoint.Builder histogram(List<Long> counts, List<Double> bounds) {
    return HistogramDataPoint.newBuilder()
        .setStartTimeUnixNano(START)
        .setTimeUnixNano(TIME)
        .setCount(counts.stream().mapToLong(Long::longValue).sum())
        .setSum(12.5)
        .addAllBucketCounts(counts)
        .addAllExplicitBounds(bounds);
  }

  static ExponentialHistogramDataPoint.Builder exponential(int scale, int offset, Long... counts) {
    return ExponentialHistogramDataPoint.newBuilder()
        .setStartTimeUnixNano(START)
        .setTimeUnixNano(TIME)
        .setCount(List.of(counts).stream().mapToLong(Long::longValue).sum())
        .setSum(12.5)
        .setScale(scale)
        .setPositive(
            ExponentialHistogramDataPoint.Buckets.newBuilder()
                .setOffset(offset)
                .addAllBucketCounts(List.of(counts)));
  }

  public static Metric.Builder gauge(String name, NumberDataPoint.Builder... points) {
    Gauge.Builder gauge = Gauge.newBuilder();
    List.of(points).forEach(gauge::addDataPoints);
    return Metric.newBuilder().setName(name).setUnit("By").setGauge(gauge);
  }

  static Metric.Builder sum(
      String name,
      AggregationTemporality temporality,
      boolean monotonic,
      NumberDataPoint.Builder... points) {
    Sum.Builder sum =
        Sum.newBuilder().setAggregationTemporality(temporality).setIsMonotonic(monotonic);
    List.of(points).forEach(sum::addDataPoints);
    return Metric.newBuilder().setName(name).setUnit("1").setSum(sum);
  }

  static Metric.Builder histogram(
      String name, AggregationTemporality temporality, HistogramDataPoint.Builder... points) {
    Histogram.Builder histogram = Histogram.newBuilder().setAggregationTemporality(temporality);
    List.of(points).forEach(histogram::addDataPoints);
    return Metric.newBuilder().setName(name).setUnit("s").setHistogram(histogram);
  }

  static Metric.Builder exponential(
      String name,
      AggregationTemporality temporality,
      ExponentialHistogramDataPoint.Builder... points) {
    ExponentialHistogram.Builder histogram =
        ExponentialHistogram.newBuilder().setAggregationTemporality(temporality);
    List.of(points).forEach(histogram::addDataPoints);
    return Metric.newBuilder().setName(name).setUnit("s").setExponentialHistogram(histogram);
  }

  static Metric.Builder summary(String name) {
    return Metric.newBuilder()
        .setName(name)
        .setSummary(
            Summary.newBuilder()
                .addDataPoints(
                    SummaryDataPoint.newBuilder().setTimeUnixNano(TIME).setCount(3).setSum(7.5)));
  }

  public static ExportMetricsServiceRequest request(String service, Metric.Builder... metrics) {
    ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
    List.of(metrics).forEach(scope::addMetrics);
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(
                    Resource.newBuilder().addAttributes(Spans.text("service.name", service)))
                .addScopeMetrics(scope))
        .build();
  }

  /** The request in {@code otlp/metrics.json}: every kind of metric, and one without data. */
  public static ExportMetricsServiceRequest everyKind() {
    Resource resource =
        Resource.newBuilder()
            .addAttributes(Spans.text("service.name", "cart"))
            .addAttributes(Spans.text("service.instance.id", "cart-1"))
            .build();
    ScopeMetrics.Builder scope =
        ScopeMetrics.newBuilder()
            .setScope(InstrumentationScope.newBuilder().setName("meters").setVersion("2"))
            .addMetrics(
                gauge(
                    "memory",
                    number(1.5).addAttributes(Spans.text("pool", "heap")),
                    number(0).clearAsDouble().setAsInt(7),
                    number(3).setFlags(1)))
            .addMetrics(sum("requests", CUMULATIVE, true, number(40)))
            .addMetrics(sum("retries", DELTA, true, number(4)))
            .addMetrics(sum("connections", CUMULATIVE, false, number(-2)))
            .addMetrics(
                histogram("wait", CUMULATIVE, histogram(List.of(1L, 0L, 2L), List.of(0.1, 1.0))))
            .addMetrics(
                exponential(
                    "size", DELTA, exponential(3, -2, 1L, 2L, 3L).setZeroCount(4).setCount(10)))
            .addMetrics(summary("quantiles"));
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder().setResource(resource).addScopeMetrics(scope))
        .build();
  }

  static Instant time() {
    return Instant.ofEpochSecond(0, TIME);
  }

  static Instant start() {
    return Instant.ofEpochSecond(0, START);
  }
}
