package io.tracetide.processor.query.window;

import io.tracetide.processor.metric.MetricUnit;
import io.tracetide.processor.query.request.Selection;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricSeries;
import io.tracetide.processor.query.window.AnalyticsAnswer.Series;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a change of one base window changes in the answer to a query: a point as it is, or a merge
 * that has to be read again.
 */
public final class WindowUpdates {
  private final AnalyticsQuery query;
  private final boolean asPoints;

  /** The effect of a change. */
  public enum Effect {
    /** The answer does not contain the series. */
    NONE,
    /** The window is a point of the answer. */
    POINT,
    /** The window is merged with others in a point of the answer. */
    MERGE
  }

  /**
   * Updates of the answer to a query.
   *
   * @param base tier of the windows that change
   */
  public WindowUpdates(AnalyticsQuery query, WindowTier base) {
    this.query = query;
    this.asPoints =
        query.granularity().size().equals(base.size())
            && !query.wantsTenant()
            && !query.wantsParts();
  }

  /** The only services whose windows have an effect; empty for all. */
  public Set<String> services() {
    return query.toRead().services();
  }

  /**
   * The effect of a change of a series: an operation, the merge of a service's operations, a metric
   * or a part of one.
   */
  public Effect effect(SeriesId series) {
    boolean wanted = query.wantsService(series.service()) && isInService(series);
    if (wanted && asPoints && !series.service().equals(SeriesId.OTHER)) {
      return Effect.POINT;
    }
    return wanted || isInTenant(series) ? Effect.MERGE : Effect.NONE;
  }

  private boolean isInService(SeriesId series) {
    boolean whole = series.operation().equals(SeriesId.ALL_OPERATIONS);
    if (series.isLatency()) {
      return whole ? query.wantsRollUp() : query.wantsOperation(series.operation());
    }
    return query.wantsMetric(series.metric())
        && (whole || query.wantsWorkflow(series.operation()))
        && (series.attributes().isEmpty() || query.wantsParts());
  }

  private boolean isInTenant(SeriesId series) {
    return query.wantsTenant()
        && series.operation().equals(SeriesId.ALL_OPERATIONS)
        && (series.isLatency() ? query.wantsRollUp() : query.wantsMetric(series.metric()));
  }

  /** Start of the point that contains a time, milliseconds since the epoch. */
  public long pointStart(long timeMs) {
    return query.granularity().floor(timeMs);
  }

  /** Whether the point is not older than the range of the query, which ends now. */
  public boolean isInRange(long startMs, long nowMs) {
    return startMs
        >= nowMs - query.range().length().toMillis() - query.granularity().size().toMillis();
  }

  /**
   * The query of one point.
   *
   * @param services the only services to read, unless the point merges all
   */
  public AnalyticsQuery ofPoint(long startMs, Tenants tenants, Set<String> services) {
    return new AnalyticsQuery(
        new TimeRange(
            Instant.ofEpochMilli(startMs),
            Instant.ofEpochMilli(startMs).plus(query.granularity().size())),
        query.granularity(),
        tenants,
        query.wantsTenant() ? query.services() : new Selection(services, false),
        query.operations(),
        query.spans(),
        query.metrics(),
        query.by(),
        query.where(),
        Extras.NONE);
  }

  /** Whether a point is merged of all services of a tenant. */
  public boolean mergesServices() {
    return query.wantsTenant();
  }

  /** Finished spans in one base window at a time, as a series with one point. */
  public static Series series(SeriesId series, StoredWindow window, WindowTier base, long nowMs) {
    return new Series(
        series.tenant(),
        series.service(),
        series.operation(),
        List.of(
            new MergedWindows(window)
                .point(window.startMs(), new PointTime(base.sizeMs(), nowMs), Extras.NONE)));
  }

  /** Samples of a metric in one base window at a time, as a series with one point. */
  public static MetricSeries metricSeries(
      SeriesId series, StoredWindow window, WindowTier base, long nowMs) {
    MergedWindows merged = new MergedWindows(window);
    return new MetricSeries(
        series.tenant(),
        series.service(),
        series.operation(),
        series.metric(),
        unit(series, merged.stats()),
        series.attributes(),
        List.of(
            merged.metricPoint(
                window.startMs(), new PointTime(base.sizeMs(), nowMs), Extras.NONE)));
  }

  private static @Nullable String unit(SeriesId series, WindowStats stats) {
    if (stats.hasMixedUnits()) {
      return null;
    }
    return stats.unit().isEmpty() ? MetricUnit.of(series.metric()) : stats.unit();
  }
}
