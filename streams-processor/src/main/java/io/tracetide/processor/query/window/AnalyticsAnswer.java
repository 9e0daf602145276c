package io.tracetide.processor.query.window;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/analytics}. Windows without work are absent.
 *
 * @param relativeError greatest relative error of a quantile
 * @param missing hosts that were not read
 * @param retainedFrom windows before this time have been dropped by retention although the range
 *     asks for them; null when the whole range is kept
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
    List<Series> series,
    List<MetricSeries> metricSeries) {
  public AnalyticsAnswer {
    missing = List.copyOf(missing);
    series = List.copyOf(series);
    metricSeries = List.copyOf(metricSeries);
  }

  /** Finished work of one operation, or of a service as a whole: operation {@code *}. */
  public record Series(String tenant, String service, String operation, List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * Work that ended in [start, end).
   *
   * @param count finished work as it was received
   * @param weightedCount the same by sampling weight; rates are computed from it
   * @param minMs null, like the other durations, when no work had a known duration
   * @param closed whether the window is final; later work makes a revision
   * @param revision how often late work changed a window, added up over the windows that were
   *     merged
   */
  public record Point(
      Instant start,
      Instant end,
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
      int revision) {}

  /**
   * Samples of one metric of a service.
   *
   * @param operation {@code *} for the service as a whole, or a workflow of it
   * @param unit in UCUM notation, as the samples say it, else as the metric's name does; null when
   *     neither does, or samples are of several units
   * @param attributes tell this part of the metric from others; empty for the metric as a whole,
   *     and, where parts are asked for, for what has none of the attributes
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
   * Samples taken in [start, end), in the metric's own unit. What a figure means depends on the
   * metric: of a gauge the values count, of a counter what it rose by between two samples, of a
   * distribution what was observed.
   *
   * @param count samples; observations of a distribution
   * @param min null, like the other values, when it is not known
   * @param p50 null, like the other quantiles, when of some observations only number and sum are
   *     known
   * @param sum what a counter rose by; sum of a distribution's observations
   * @param ratePerSec the sum in relation to the length of the window: how fast a counter rises;
   *     means nothing for a gauge
   */
  public record MetricPoint(
      Instant start,
      Instant end,
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
      int revision) {}
}
