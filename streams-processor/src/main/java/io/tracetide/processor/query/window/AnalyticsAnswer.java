package io.tracetide.processor.query.window;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.tracetide.processor.query.request.RangeAnswer;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/analytics}. Windows without spans or samples are absent.
 *
 * @param relativeError greatest relative error of a quantile
 * @param missing hosts that were not read
 * @param retainedFrom windows of the range before this time were deleted by retention; null when
 *     the whole range is kept
 * @param comparison the earlier range; null without {@code compareTo}
 * @param leftOut series of spans that {@code topBy} has left out
 * @param metricSeries series of reported metrics; empty unless {@code metrics} names one
 */
public record AnalyticsAnswer(
    Instant from,
    Instant to,
    long granularityMs,
    double relativeError,
    boolean partial,
    List<String> missing,
    @Nullable Instant retainedFrom,
    @Nullable EarlierRange comparison,
    int leftOut,
    List<Series> series,
    List<MetricSeries> metricSeries)
    implements RangeAnswer {
  public AnalyticsAnswer {
    missing = List.copyOf(missing);
    series = List.copyOf(series);
    metricSeries = List.copyOf(metricSeries);
  }

  /** Finished spans of one operation, or of a service as a whole: operation {@code *}. */
  public record Series(String tenant, String service, String operation, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * Spans that ended in [start, end).
   *
   * @param elapsedMs milliseconds of the window that have passed: its length, or less while it
   *     contains the present time; rates are per second of this time
   * @param count finished spans as received
   * @param weightedCount the same by sampling weight; rates are computed from it
   * @param minMs null, like the other durations, when no span has a known duration
   * @param closed whether the window is final; late spans make a revision
   * @param revision number of revisions by late spans, summed over the merged windows
   * @param exemplars traces of the point
   * @param earlier values of the earlier range; null when it has no spans, or was not requested
   * @param change null without {@code earlier}
   * @param quantiles the requested quantiles in milliseconds, by their number; null when none was
   *     requested
   * @param distribution null when it was not requested
   */
  public record Point(
      Instant start,
      Instant end,
      long elapsedMs,
      long count,
      @Nullable Double weightedCount,
      long errors,
      @Nullable Double throughputPerSec,
      @Nullable Double errorRatePercent,
      @Nullable Double minMs,
      @Nullable Double meanMs,
      @Nullable Double p50Ms,
      @Nullable Double p90Ms,
      @Nullable Double p95Ms,
      @Nullable Double p99Ms,
      @Nullable Double maxMs,
      @JsonProperty("final") boolean closed,
      int revision,
      Exemplars exemplars,
      @Nullable Earlier earlier,
      @Nullable Difference change,
      @Nullable Map<String, @Nullable Double> quantiles,
      @Nullable Distribution distribution) {

    Point comparedTo(@Nullable Earlier before, @Nullable Difference difference) {
      return new Point(
          start,
          end,
          elapsedMs,
          count,
          weightedCount,
          errors,
          throughputPerSec,
          errorRatePercent,
          minMs,
          meanMs,
          p50Ms,
          p90Ms,
          p95Ms,
          p99Ms,
          maxMs,
          closed,
          revision,
          exemplars,
          before,
          difference,
          quantiles,
          distribution);
    }
  }

  /** Example traces; null where there is none. */
  public record Exemplars(
      @Nullable String slowest, @Nullable String error, @Nullable String typical) {}

  /**
   * Values of the earlier range, in [start, end).
   *
   * @param end later than the length of the point when only a coarser tier still keeps the range
   */
  public record Earlier(
      Instant start,
      Instant end,
      long count,
      @Nullable Double throughputPerSec,
      @Nullable Double errorRatePercent,
      @Nullable Double p50Ms,
      @Nullable Double p95Ms,
      @Nullable Double p99Ms) {}

  /**
   * Samples of one metric of a service.
   *
   * @param operation {@code *} for the service as a whole, or a workflow of it
   * @param unit in UCUM notation, from the samples, else from the metric's name; null when neither
   *     has one, or samples have several units
   * @param attributes distinguish this part of the metric from others; empty for the metric as a
   *     whole, and, where parts are requested, for samples without any of the attributes
   */
  public record MetricSeries(
      String tenant,
      String service,
      String operation,
      String metric,
      @Nullable String unit,
      Map<String, String> attributes,
      List<MetricPoint> points) {
    public MetricSeries {
      attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
      points = List.copyOf(points);
    }
  }

  /**
   * Samples taken in [start, end), in the metric's own unit. The values are those of a gauge, the
   * increases of a counter between two samples, or the observations of a distribution.
   *
   * @param elapsedMs as that of {@link Point}
   * @param count samples; observations of a distribution
   * @param min null, like the other values, when it is not known
   * @param p50 null, like the other quantiles, when only number and sum of some observations are
   *     known
   * @param sum increase of a counter; sum of a distribution's observations
   * @param ratePerSec the sum divided by the elapsed seconds: the rate of a counter; without
   *     meaning for a gauge
   * @param earlier null when the earlier range has no samples, or was not requested
   * @param quantiles the requested quantiles, by their number; null when none was requested
   */
  public record MetricPoint(
      Instant start,
      Instant end,
      long elapsedMs,
      long count,
      @Nullable Double min,
      @Nullable Double mean,
      @Nullable Double p50,
      @Nullable Double p90,
      @Nullable Double p95,
      @Nullable Double p99,
      @Nullable Double max,
      @Nullable Double sum,
      @Nullable Double ratePerSec,
      @JsonProperty("final") boolean closed,
      int revision,
      @Nullable MetricEarlier earlier,
      @Nullable MetricChange change,
      @Nullable Map<String, @Nullable Double> quantiles) {

    MetricPoint comparedTo(@Nullable MetricEarlier before, @Nullable MetricChange difference) {
      return new MetricPoint(
          start,
          end,
          elapsedMs,
          count,
          min,
          mean,
          p50,
          p90,
          p95,
          p99,
          max,
          sum,
          ratePerSec,
          closed,
          revision,
          before,
          difference,
          quantiles);
    }
  }

  /** Values of the earlier range, in [start, end). */
  public record MetricEarlier(
      Instant start,
      Instant end,
      long count,
      @Nullable Double mean,
      @Nullable Double p50,
      @Nullable Double p95,
      @Nullable Double p99,
      @Nullable Double max,
      @Nullable Double ratePerSec) {}

  /** Differences in percent of the earlier values, as in {@link Difference}. */
  public record MetricChange(
      @Nullable Double countPercent,
      @Nullable Double meanPercent,
      @Nullable Double p50Percent,
      @Nullable Double p95Percent,
      @Nullable Double p99Percent,
      @Nullable Double maxPercent,
      @Nullable Double ratePercent) {}

  /** A point of a series of spans as a row. */
  public record SpanRow(
      String tenant, String service, String operation, @JsonUnwrapped Point point) {}

  /** A point of a series of a metric as a row. */
  public record MetricRow(
      String tenant,
      String service,
      String operation,
      String metric,
      @Nullable String unit,
      Map<String, String> attributes,
      @JsonUnwrapped MetricPoint point) {}

  /** All points of spans. */
  public List<SpanRow> spanRows() {
    return series.stream()
        .flatMap(
            of ->
                of.points().stream()
                    .map(point -> new SpanRow(of.tenant(), of.service(), of.operation(), point)))
        .toList();
  }

  /** All points of metrics. */
  public List<MetricRow> metricRows() {
    return metricSeries.stream()
        .flatMap(
            of ->
                of.points().stream()
                    .map(
                        point ->
                            new MetricRow(
                                of.tenant(),
                                of.service(),
                                of.operation(),
                                of.metric(),
                                of.unit(),
                                of.attributes(),
                                point)))
        .toList();
  }
}
