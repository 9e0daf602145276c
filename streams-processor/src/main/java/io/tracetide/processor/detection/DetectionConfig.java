package io.tracetide.processor.detection;

import io.tracetide.detection.OutlierEngines;
import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Settings of the learned detector. Counts of windows are of the finest tier, 10 seconds each.
 *
 * @param threshold score from which a window counts as anomalous; lower finds more and errs more
 * @param leastDeviation distance in scales below which a window is normal whatever the forest says
 * @param openAfter anomalous windows that open an episode, among the last {@code openOf}
 * @param openOf windows that are looked at for opening
 * @param closeAfter normal windows in a row that resolve an episode
 * @param updateEvery windows of an open episode after which it is reported again
 * @param bandWindows windows that the robust band looks back on; a series warms up for as long
 * @param leastWindows windows before anything is judged; 6 are a minute, and the band of so few is
 *     nearly twice as wide
 * @param trainWindows windows that a forest learns from
 * @param refitEvery windows between forests
 * @param trees trees of a forest
 * @param subsample rows that each tree sees
 * @param forestsPerWindow series whose window a forest looks at; the wildest first, the others are
 *     judged by their band
 * @param forestsInMemory forests kept at hand, 0.8 MB each
 * @param leastSpansForForest usual spans in a window below which a series is judged by its band
 * @param forgetAfter silence after which a series is watched no more
 * @param maxSeries series that a partition watches; 0 turns learned detection off
 * @param seed seed of the models
 * @param engine name of the outlier engine, one of those on the class path
 */
public record DetectionConfig(
    double threshold,
    double leastDeviation,
    int openAfter,
    int openOf,
    int closeAfter,
    int updateEvery,
    int bandWindows,
    int leastWindows,
    int trainWindows,
    int refitEvery,
    int trees,
    int subsample,
    int forestsPerWindow,
    int forestsInMemory,
    double leastSpansForForest,
    Duration forgetAfter,
    int maxSeries,
    long seed,
    String engine) {

  public DetectionConfig {
    Checks.check()
        .range("threshold", threshold, 0.1, 10)
        .range("leastDeviation", leastDeviation, 1, 100)
        .range("openOf", openOf, 1, 31)
        .range("openAfter", openAfter, 1, Math.max(1, openOf))
        .range("closeAfter", closeAfter, 1, 1_000)
        .range("updateEvery", updateEvery, 1, 100_000)
        .range("bandWindows", bandWindows, 12, 10_000)
        .range("leastWindows", leastWindows, 3, bandWindows)
        .range("trainWindows", trainWindows, bandWindows, 100_000)
        .range("refitEvery", refitEvery, 1, 10_000)
        .range("trees", trees, 1, 1_000)
        .range("subsample", subsample, 16, 4_096)
        .range("forestsPerWindow", forestsPerWindow, 0, 10_000)
        .range("forestsInMemory", forestsInMemory, 1, 10_000)
        .range("leastSpansForForest", leastSpansForForest, 0, Double.POSITIVE_INFINITY)
        .range("forgetAfter", forgetAfter, Duration.ofMinutes(1), Duration.ofDays(1))
        .range("maxSeries", maxSeries, 0, 1_000_000)
        .that(
            OutlierEngines.names().contains(engine),
            "engine",
            engine,
            "one of " + String.join(", ", OutlierEngines.names()))
        .done();
  }

  public static DetectionConfig defaults() {
    return new DetectionConfig(
        /* threshold= */ 1.2,
        /* leastDeviation= */ 4,
        /* openAfter= */ 2,
        /* openOf= */ 3,
        /* closeAfter= */ 3,
        /* updateEvery= */ 6,
        /* bandWindows= */ 240,
        /* leastWindows= */ 6,
        /* trainWindows= */ 720,
        /* refitEvery= */ 60,
        /* trees= */ 100,
        /* subsample= */ 256,
        /* forestsPerWindow= */ 32,
        /* forestsInMemory= */ 32,
        /* leastSpansForForest= */ 2,
        /* forgetAfter= */ Duration.ofHours(1),
        /* maxSeries= */ 5_000,
        /* seed= */ 42,
        /* engine= */ OutlierEngines.DEFAULT);
  }

  /** Windows after which an episode is the new normal: half of the band. */
  int acceptAfter() {
    return bandWindows / 2;
  }

  /** Windows that the detector's state depends on. */
  public int memory() {
    return trainWindows + refitEvery;
  }
}
