package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.RangePlan.Segment;
import io.tracetide.processor.query.promql.Value.Histograms;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.TierReach;
import io.tracetide.processor.query.promql.source.WindowRead;
import io.tracetide.processor.query.promql.source.WindowSeries;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.processor.window.WindowStats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Evaluates rate, increase and irate of one metric. */
final class RangeEvaluator {
  /**
   * A series is present, with 0, for this long after its last window has left the range, and then
   * absent: as in Prometheus five minutes after the last sample.
   */
  private static final long LOOKBACK_MS = 300_000;

  private final QueryRun run;
  private final RangeFunction function;
  private final long rangeMs;
  private final long offsetMs;
  private final List<Segment> segments;

  RangeEvaluator(QueryRun run, RangeFunction function, long rangeMs, long offsetMs) {
    this.run = run;
    this.function = function;
    this.rangeMs = rangeMs;
    this.offsetMs = offsetMs;
    this.segments = RangePlan.of(run, rangeMs, offsetMs, function == RangeFunction.IRATE);
  }

  /** The values of a counter's series. */
  VectorValue counter(
      QueryMetric metric, List<SeriesMatcher> matchers, UnaryOperator<Labels> target) {
    VectorBuilder result = new VectorBuilder(run);
    for (Segment segment : segments) {
      for (WindowSeries series : read(segment, metric, matchers, target)) {
        StepValues samples = result.samples(series.labels());
        for (int step = segment.from(); step < segment.to(); step++) {
          if (isPresent(series, segment.tier(), step)) {
            samples.set(
                step,
                series.sum(first(series, segment.tier(), step), series.after(endMs(step)))
                    * scale(segment.tier(), step));
          }
        }
      }
    }
    return result.build();
  }

  /** The distributions of a bucket metric's series. */
  Histograms histograms(
      QueryMetric metric, List<SeriesMatcher> matchers, UnaryOperator<Labels> target) {
    Map<Labels, Histogram> result = new LinkedHashMap<>();
    double[] scale = new double[run.steps().count()];
    for (Segment segment : segments) {
      for (int step = segment.from(); step < segment.to(); step++) {
        scale[step] = scale(segment.tier(), step);
      }
      for (WindowSeries series : read(segment, metric, matchers, target)) {
        result.merge(
            series.labels(),
            new Histogram(
                series.labels(), List.of((step, into) -> add(series, segment, step, into))),
            Histogram::plus);
      }
    }
    return new Histograms(new ArrayList<>(result.values()), scale);
  }

  private boolean add(WindowSeries series, Segment segment, int step, WindowStats into) {
    boolean inSegment = step >= segment.from() && step < segment.to();
    if (!inSegment || !isPresent(series, segment.tier(), step)) {
      return false;
    }
    series.addTo(into, first(series, segment.tier(), step), series.after(endMs(step)));
    return true;
  }

  private List<WindowSeries> read(
      Segment segment,
      QueryMetric metric,
      List<SeriesMatcher> matchers,
      UnaryOperator<Labels> target) {
    TierReach tier = segment.tier();
    long fromMs = tier.floor(endMs(segment.from()) - rangeMs - lookbackMs(tier));
    long toMs = tier.floor(endMs(segment.to() - 1));
    List<WindowSeries> series =
        run.source()
            .windows(
                new WindowRead(
                    metric,
                    matchers,
                    tier.sizeMs(),
                    Math.max(fromMs, tier.ceiling(tier.keptFromMs())),
                    toMs,
                    target),
                run::warn);
    run.checkSeries(series.size());
    return series;
  }

  private boolean isPresent(WindowSeries series, TierReach tier, int step) {
    long endMs = endMs(step);
    long fromMs = endMs - rangeMs - lookbackMs(tier);
    return RangeFunction.windows(tier, endMs, rangeMs) >= function.least()
        && series.after(fromMs) < series.after(endMs);
  }

  private int first(WindowSeries series, TierReach tier, int step) {
    return series.after(function.startMs(tier, endMs(step), rangeMs));
  }

  private double scale(TierReach tier, int step) {
    return function.scale(tier, endMs(step), rangeMs);
  }

  private long endMs(int step) {
    return run.steps().timeMs(step) - offsetMs;
  }

  private static long lookbackMs(TierReach tier) {
    return Math.max(LOOKBACK_MS, tier.sizeMs());
  }
}
