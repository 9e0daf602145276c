package io.tracetide.processor.detection;

import io.tracetide.detection.OutlierEngines;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.runtime.config.Checks;
import java.time.Duration;
import java.util.Locale;

/**
 * Settings of the learned detector. Counts of windows are of the finest tier, 10 seconds each.
 *
 * @param threshold score from which a window is anomalous; a lower one finds more anomalies and
 *     more false ones
 * @param leastDeviation distance in scales below which a window is normal, independent of the
 *     forest
 * @param openAfter anomalous windows that open an episode, among the last {@code openOf}
 * @param openOf windows that are considered for opening
 * @param closeAfter normal windows in a row that resolve an episode
 * @param updateEvery windows of an open episode after which it is reported again
 * @param bandWindows windows of the robust band; a series warms up for that long
 * @param leastWindows windows before a series is evaluated; 6 are a minute, and the band of so few
 *     is nearly twice as wide
 * @param trainWindows training windows of a forest
 * @param refitEvery windows after which a forest is trained again
 * @param trees trees of a forest
 * @param subsample training rows of each tree
 * @param forestsPerWindow maximum of series of a window that forests score, those with the greatest
 *     deviation first; the others are scored by their band
 * @param forestsInMemory maximum of cached forests, 0.8 MB each
 * @param leastSpansForForest usual number of spans in a window below which a series is scored by
 *     its band
 * @param forgetAfter time without spans after which a series is no longer watched
 * @param maxSeries maximum of series that a partition watches; 0 disables learned detection
 * @param seed seed of the models
 * @param engine {@link #EVIDENCE}, or the name of an outlier engine, one of those on the class
 *     path, or several names separated by {@code +}
 * @param ignoreBelow 95th percentile of the durations below which slower spans are no anomaly; 0
 *     for none
 * @param minTraffic usual number of spans in a window below which an operation has no anomalies; 0
 *     for none
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
    String engine,
    Duration ignoreBelow,
    double minTraffic) {

  /** Name of detection by evidence. */
  public static final String EVIDENCE = "evidence";

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
        .range("ignoreBelow", ignoreBelow, Duration.ZERO, Duration.ofHours(1))
        .range("minTraffic", minTraffic, 0, 1_000_000_000)
        .that(
            engine.equalsIgnoreCase(EVIDENCE) || OutlierEngines.exists(engine),
            "engine",
            engine,
            "%s, or an outlier engine (%s; several separated by +; smile-isolation-forest only in a"
                    .formatted(EVIDENCE, String.join(", ", OutlierEngines.names()))
                + " distribution that is built with -Psmile)")
        .done();
  }

  /** Name of the engine as anomalies contain it: in lower case, with {@code -}. */
  public String engineName() {
    return engine.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether windows are assessed by evidence, not by an outlier engine. */
  public boolean isEvidence() {
    return engine.equalsIgnoreCase(EVIDENCE) && maxSeries > 0;
  }

  /** Whether windows are scored by an outlier engine. */
  public boolean isOutlierEngine() {
    return !engine.equalsIgnoreCase(EVIDENCE) && maxSeries > 0;
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
        /* engine= */ EVIDENCE,
        /* ignoreBelow= */ Duration.ZERO,
        /* minTraffic= */ 0);
  }

  /** These settings with another engine. */
  public DetectionConfig withEngine(String other) {
    return with(other, forestsPerWindow, reportLimits());
  }

  /** These settings without models: windows are scored by their band alone. */
  public DetectionConfig withoutModels() {
    return with(OutlierEngines.DEFAULT, 0, reportLimits());
  }

  /** These settings with other limits below which deviations are no anomalies. */
  public DetectionConfig withLimits(ReportLimits limits) {
    return with(engine, forestsPerWindow, limits);
  }

  private DetectionConfig with(String otherEngine, int models, ReportLimits limits) {
    return new DetectionConfig(
        threshold,
        leastDeviation,
        openAfter,
        openOf,
        closeAfter,
        updateEvery,
        bandWindows,
        leastWindows,
        trainWindows,
        refitEvery,
        trees,
        subsample,
        models,
        forestsInMemory,
        leastSpansForForest,
        forgetAfter,
        maxSeries,
        seed,
        otherEngine,
        limits.ignoreBelow(),
        limits.minTraffic());
  }

  /**
   * When episodes open and close.
   *
   * @param judgeRevisionsFor how long after it has closed a window may be evaluated again
   */
  public EpisodePolicy episodes(long windowMs, Duration judgeRevisionsFor) {
    int recent = (int) (judgeRevisionsFor.toMillis() / windowMs);
    return new EpisodePolicy(openAfter, openOf, closeAfter, updateEvery, recent, windowMs);
  }

  /** Which deviations are anomalies. */
  public ReportLimits reportLimits() {
    return new ReportLimits(ignoreBelow, minTraffic);
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
