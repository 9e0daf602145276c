package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.window.AnalyticsAnswer.Earlier;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricChange;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricEarlier;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricPoint;
import io.tracetide.processor.query.window.AnalyticsAnswer.Point;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of the earlier range that the points of an answer are compared to. */
final class EarlierValues {
  private final EarlierWindows windows;
  private final SeriesMerge merge;
  private final List<String> missing;
  private final EarlierRange comparison;

  private EarlierValues(
      EarlierWindows windows, SeriesMerge merge, List<String> missing, EarlierRange comparison) {
    this.windows = windows;
    this.merge = merge;
    this.missing = missing;
    this.comparison = comparison;
  }

  /**
   * Reads the earlier windows of the points that start in [firstMs, endMs).
   *
   * @param limit counts the earlier points, too
   */
  static EarlierValues read(
      WindowView view,
      AnalyticsQuery query,
      EarlierWindows windows,
      long firstMs,
      long endMs,
      long nowMs,
      PointLimit limit,
      CancellationCheck cancellation) {
    EarlierWindows.Span span = windows.span(firstMs, endMs);
    SeriesMerge merge = SeriesMerge.of(query, windows, nowMs, limit, cancellation);
    Coverage coverage =
        SeriesMerge.read(
            view, windows.granularity().tier(), span.fromMs(), span.toMs(), query, merge);
    merge.finish(coverage);
    return new EarlierValues(
        windows, merge, coverage.missing(), windows.comparison(span, coverage));
  }

  /** Hosts that were not read. */
  List<String> missing() {
    return missing;
  }

  EarlierRange comparison() {
    return comparison;
  }

  /** Statistics of a series in the earlier range; null when it has none, or none is ranked. */
  @Nullable WindowStats total(SeriesId series) {
    return merge.total(series);
  }

  /** The points with the values of the earlier range. */
  List<Point> compare(SeriesId series, List<Point> points) {
    Map<Instant, Point> earlier = byStart(merge.points(series), Point::start);
    return points.stream()
        .map(point -> compared(point, earlier, Point::start, this::compare))
        .toList();
  }

  /** The same of a metric. */
  List<MetricPoint> compareMetric(SeriesId series, List<MetricPoint> points) {
    Map<Instant, MetricPoint> earlier = byStart(merge.metricPoints(series), MetricPoint::start);
    return points.stream()
        .map(point -> compared(point, earlier, MetricPoint::start, this::compare))
        .toList();
  }

  private static <P> Map<Instant, P> byStart(List<P> points, Function<P, Instant> start) {
    Map<Instant, P> byStart = new HashMap<>();
    points.forEach(point -> byStart.put(start.apply(point), point));
    return byStart;
  }

  private <P> P compared(
      P now, Map<Instant, P> earlier, Function<P, Instant> start, BinaryOperator<P> comparing) {
    @Nullable P before =
        earlier.get(Instant.ofEpochMilli(windows.startFor(start.apply(now).toEpochMilli())));
    return before == null ? now : comparing.apply(now, before);
  }

  private Point compare(Point now, Point earlier) {
    return now.comparedTo(
        new Earlier(
            earlier.start(),
            earlier.end(),
            earlier.count(),
            earlier.throughputPerSec(),
            earlier.errorRatePercent(),
            earlier.p50Ms(),
            earlier.p95Ms(),
            earlier.p99Ms()),
        new Difference(
            Difference.ofCounts(
                now.count(), earlier.count(), now.elapsedMs() == earlier.elapsedMs()),
            Difference.percent(now.throughputPerSec(), earlier.throughputPerSec()),
            Difference.points(now.errorRatePercent(), earlier.errorRatePercent()),
            Difference.percent(now.p50Ms(), earlier.p50Ms()),
            Difference.percent(now.p95Ms(), earlier.p95Ms()),
            Difference.percent(now.p99Ms(), earlier.p99Ms())));
  }

  private MetricPoint compare(MetricPoint now, MetricPoint earlier) {
    return now.comparedTo(
        new MetricEarlier(
            earlier.start(),
            earlier.end(),
            earlier.count(),
            earlier.mean(),
            earlier.p50(),
            earlier.p95(),
            earlier.p99(),
            earlier.max(),
            earlier.ratePerSec()),
        new MetricChange(
            Difference.ofCounts(
                now.count(), earlier.count(), now.elapsedMs() == earlier.elapsedMs()),
            Difference.percent(now.mean(), earlier.mean()),
            Difference.percent(now.p50(), earlier.p50()),
            Difference.percent(now.p95(), earlier.p95()),
            Difference.percent(now.p99(), earlier.p99()),
            Difference.percent(now.max(), earlier.max()),
            Difference.percent(now.ratePerSec(), earlier.ratePerSec())));
  }
}
