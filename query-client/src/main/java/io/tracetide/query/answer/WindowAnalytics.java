package io.tracetide.query.answer;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/analytics}. Windows without spans or samples are absent.
 *
 * @param granularityMs length of the windows
 * @param relativeError greatest relative error of a quantile, such as 0.01
 * @param retainedFrom windows before this time were deleted by retention; null when all are kept
 * @param comparison the earlier range; null without {@code compareTo}
 * @param leftOut series of spans that {@code topBy} has left out
 * @param metricSeries empty unless {@code metrics} names a metric
 */
public record WindowAnalytics(
    Instant from,
    Instant to,
    long granularityMs,
    double relativeError,
    boolean partial,
    List<String> missing,
    @Nullable Instant retainedFrom,
    @Nullable ComparedRange comparison,
    int leftOut,
    List<Series> series,
    List<MetricSeries> metricSeries)
    implements QueryAnswer {

  public WindowAnalytics {
    missing = Values.list(missing);
    series = Values.list(series);
    metricSeries = Values.list(metricSeries);
  }

  /** Finished spans of one operation, or of a service as a whole: operation {@code *}. */
  public record Series(String tenant, String service, String operation, List<Point> points) {
    public Series {
      points = Values.list(points);
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
   * @param revision number of revisions by late spans
   * @param earlier values of the earlier range; null when it has no spans, or was not requested
   * @param change null without {@code earlier}
   * @param quantiles the requested quantiles in milliseconds, by their number, such as {@code 0.95}
   * @param distribution null unless {@code metrics} has {@code distribution}
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
      @Nullable Exemplars exemplars,
      @Nullable Earlier earlier,
      @Nullable PercentChange change,
      Map<String, @Nullable Double> quantiles,
      @Nullable DurationBuckets distribution) {
    public Point {
      quantiles = Values.map(quantiles);
    }
  }

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
   * @param unit in UCUM notation; null when it is not known
   * @param attributes distinguish this part of the metric; empty for the metric as a whole
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
      attributes = Values.map(attributes);
      points = Values.list(points);
    }
  }

  /**
   * Samples taken in [start, end), in the metric's own unit.
   *
   * @param sum increase of a counter; sum of a distribution's observations
   * @param ratePerSec the sum divided by the elapsed seconds
   * @param closed whether the window is final
   * @param earlier null when the earlier range has no samples, or was not requested
   * @param change null without {@code earlier}
   * @param quantiles the requested quantiles, by their number
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
      @Nullable MetricPercentChange change,
      Map<String, @Nullable Double> quantiles) {
    public MetricPoint {
      quantiles = Values.map(quantiles);
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

  /** Differences in percent of the earlier values, as in {@link PercentChange}. */
  public record MetricPercentChange(
      @Nullable Double countPercent,
      @Nullable Double meanPercent,
      @Nullable Double p50Percent,
      @Nullable Double p95Percent,
      @Nullable Double p99Percent,
      @Nullable Double maxPercent,
      @Nullable Double ratePercent) {}
}
