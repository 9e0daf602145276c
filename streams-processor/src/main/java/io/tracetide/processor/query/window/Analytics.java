package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricSeries;
import io.tracetide.processor.query.window.AnalyticsAnswer.Series;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.sketch.QuantileSketch;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Time series of windows: stored windows merged to the requested width, operations merged to their
 * service, and services to their tenant. Sketches are merged, never quantiles, so every point keeps
 * the sketch's error bound.
 */
public final class Analytics {
  private final WindowView view;
  private final int maxPoints;
  private final Clock clock;

  /**
   * Reads from this view.
   *
   * @param maxPoints points of an answer, at most
   * @param clock present time, for rates of windows that contain it
   */
  public Analytics(WindowView view, int maxPoints, Clock clock) {
    this.view = view;
    this.maxPoints = maxPoints;
    this.clock = clock;
  }

  public AnalyticsAnswer answer(AnalyticsQuery query, CancellationCheck cancellation) {
    Granularity granularity = query.granularity();
    long firstMs = granularity.ceiling(query.range().fromMs());
    long endMs = granularity.ceiling(query.range().toMs());
    long nowMs = clock.millis();
    PointLimit limit = new PointLimit(maxPoints);
    SeriesMerge merge = SeriesMerge.of(query, nowMs, limit, cancellation);
    Coverage coverage = SeriesMerge.read(view, granularity.tier(), firstMs, endMs, query, merge);
    merge.finish(coverage);
    TreeSet<String> missing = new TreeSet<>(coverage.missing());
    Optional<EarlierValues> earlier =
        query
            .extras()
            .earlier()
            .map(
                windows ->
                    EarlierValues.read(
                        view, query, windows, firstMs, endMs, nowMs, limit, cancellation));
    earlier.ifPresent(values -> missing.addAll(values.missing()));
    Top.Selected<SeriesId> selected = selected(query, merge, earlier);
    return new AnalyticsAnswer(
        query.range().from(),
        query.range().to(),
        granularity.size().toMillis(),
        QuantileSketch.RELATIVE_ERROR,
        !missing.isEmpty(),
        List.copyOf(missing),
        coverage.retainedFrom(granularity.tier(), query.range().from()),
        earlier.map(EarlierValues::comparison).orElse(null),
        selected.leftOut(),
        selected.first().stream().map(series -> series(series, merge, earlier)).toList(),
        merge.metricSeries().stream().map(series -> metricSeries(series, merge, earlier)).toList());
  }

  private static Top.Selected<SeriesId> selected(
      AnalyticsQuery query, SeriesMerge merge, Optional<EarlierValues> earlier) {
    List<SeriesId> all = merge.spanSeries();
    return query
        .extras()
        .top()
        .map(
            top ->
                top.select(
                    all,
                    series -> {
                      WindowStats total = Objects.requireNonNull(merge.total(series));
                      return top.value(
                          total, earlier.map(values -> values.total(series)).orElse(null));
                    }))
        .orElseGet(() -> new Top.Selected<>(all, 0));
  }

  private static Series series(
      SeriesId series, SeriesMerge merge, Optional<EarlierValues> earlier) {
    List<AnalyticsAnswer.Point> points = merge.points(series);
    return new Series(
        series.tenant(),
        series.service(),
        series.operation(),
        earlier.map(values -> values.compare(series, points)).orElse(points));
  }

  private static MetricSeries metricSeries(
      SeriesId series, SeriesMerge merge, Optional<EarlierValues> earlier) {
    List<AnalyticsAnswer.MetricPoint> points = merge.metricPoints(series);
    return new MetricSeries(
        series.tenant(),
        series.service(),
        series.operation(),
        series.metric(),
        merge.unit(series),
        series.attributes(),
        earlier.map(values -> values.compareMetric(series, points)).orElse(points));
  }
}
