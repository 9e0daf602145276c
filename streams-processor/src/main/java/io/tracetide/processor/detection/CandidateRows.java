package io.tracetide.processor.detection;

/** Makes candidates: the row of a window, and its assessment against the history of the series. */
final class CandidateRows {

  private static final double FREEZE_ERRORS_AT = 4;
  private static final double ERROR_RATE_STEP = 1.0 / 120;
  private static final double LEAST_ERROR_RATE = 1e-4;
  private static final double GREATEST_ERROR_RATE = 0.9;
  private static final double FIRST_ERROR_RATE = 0.005;

  private final DetectionConfig config;
  private final float[] scratch;

  CandidateRows(DetectionConfig config) {
    this.config = config;
    this.scratch = new float[config.memory()];
  }

  /** The candidate of a window that is newer than all rows of the series. */
  Candidate next(WatchedSeries series, int window, boolean late, WindowFeatures seen) {
    SeriesHistory past = series.past;
    int age = Math.min(past.age() + 1, FeatureRow.OLDEST);
    FeatureRow row =
        new FeatureRow(
            age,
            seen.isSilent(),
            false,
            log(seen.p95Micros(), past.latestLogP95()),
            (float) Math.log1p(seen.count()),
            (float) seen.errorRate(),
            (float) baseErrorRate(seen, past, age));
    return candidate(series, window, late, seen, row);
  }

  /** The candidate of a window that has a row, with its current values. */
  Candidate revised(WatchedSeries series, int window, boolean late, WindowFeatures seen) {
    SeriesHistory past = series.past;
    FeatureRow before = past.row(window);
    boolean firstSeen = before.silent() && !seen.isSilent();
    FeatureRow row =
        new FeatureRow(
            before.age(),
            seen.isSilent(),
            before.inEpisode(),
            log(seen.p95Micros(), before.logP95()),
            (float) Math.log1p(seen.count()),
            (float) seen.errorRate(),
            firstSeen ? (float) baseErrorRate(seen, past, past.age()) : past.baseErrorRate());
    return candidate(series, window, late, seen, row);
  }

  private Candidate candidate(
      WatchedSeries series, int window, boolean late, WindowFeatures seen, FeatureRow row) {
    Assessment assessment = Assessment.of(seen, row, series.past, config, scratch);
    return new Candidate(series, window, late, assessment, row);
  }

  private static float log(double micros, float carried) {
    return Double.isNaN(micros) ? carried : (float) Math.log(Math.max(1, micros));
  }

  /**
   * The usual error rate: the mean of the first windows, later a slowly moving average. A burst
   * does not move it, unless it has lasted for half as long as the band looks back.
   */
  private double baseErrorRate(WindowFeatures seen, SeriesHistory past, int age) {
    double base = past.age() == 0 ? FIRST_ERROR_RATE : past.baseErrorRate();
    double away = Assessment.errorBand(base, seen.spans()).deviation(seen.errorRate());
    boolean frozen = age > config.leastWindows() && Math.abs(away) >= FREEZE_ERRORS_AT;
    if (seen.isSilent() || (frozen && past.episodeRun() < config.acceptAfter())) {
      return base;
    }
    double latest = (seen.errorRate() * seen.spans() + base) / (seen.spans() + 1);
    double step = Math.max(ERROR_RATE_STEP, 1.0 / (age + 1));
    double moved = base + step * (latest - base);
    return Math.min(GREATEST_ERROR_RATE, Math.max(LEAST_ERROR_RATE, moved));
  }
}
