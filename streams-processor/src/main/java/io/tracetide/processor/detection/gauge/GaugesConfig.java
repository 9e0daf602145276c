package io.tracetide.processor.detection.gauge;

import io.tracetide.processor.rule.Glob;
import io.tracetide.runtime.config.Checks;
import java.util.List;

/**
 * Settings of the detector of metrics. Windows are of one minute.
 *
 * @param maxSeries maximum of series that a partition watches, about 60 KB each; 0 disables it
 * @param threshold evidence from which a value is unusual; a lower one finds more anomalies and
 *     more false ones
 * @param leastDeviation distance from the usual range, in scales, below which no value is an
 *     anomaly
 * @param forestsInMemory series of a partition whose forest is kept, 0.5 MB each; those of the
 *     others are fitted in each window, 4 ms each
 * @param ignore names of metrics that are not watched, as globs
 */
public record GaugesConfig(
    int maxSeries,
    double threshold,
    double leastDeviation,
    int forestsInMemory,
    List<String> ignore) {

  public GaugesConfig {
    ignore = List.copyOf(ignore);
    Checks.check()
        .range("maxSeries", maxSeries, 0, 100_000)
        .range("threshold", threshold, 1, 20)
        .range("leastDeviation", leastDeviation, 1, 100)
        .range("forestsInMemory", forestsInMemory, 0, 10_000)
        .done();
  }

  public static GaugesConfig defaults() {
    return new GaugesConfig(
        /* maxSeries= */ 500,
        /* threshold= */ 4.2,
        /* leastDeviation= */ 4,
        /* forestsInMemory= */ 32,
        /* ignore= */ List.of());
  }

  /** These settings for another number of series. */
  public GaugesConfig withMaxSeries(int other) {
    return new GaugesConfig(other, threshold, leastDeviation, forestsInMemory, ignore);
  }

  /** The patterns of {@link #ignore}. */
  List<Glob> ignored() {
    return ignore.stream().map(Glob::of).toList();
  }
}
