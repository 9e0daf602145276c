package io.tracetide.processor.query.promql.source;

import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import java.util.List;
import java.util.function.Consumer;

/** Where queries read windows and gauges from. */
public interface SeriesSource {

  /** The metrics that can be selected. */
  List<QueryMetric> metrics();

  /** The tiers of windows, finest first; never empty. */
  List<TierReach> tiers();

  /**
   * Reads the windows of a counter or of a bucket metric.
   *
   * @param warnings receives what is missing
   */
  List<WindowSeries> windows(WindowRead read, Consumer<String> warnings);

  /**
   * Reads a gauge at the steps.
   *
   * @param offsetMs is subtracted from the time of each step
   * @param warnings receives what is missing
   */
  List<VectorSeries> gauge(
      QueryMetric metric,
      List<SeriesMatcher> matchers,
      Steps steps,
      long offsetMs,
      Consumer<String> warnings);
}
