package io.tracetide.detection.evidence;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** A made-up tenant: series with log-normal durations, a load that varies, and few errors. */
final class Streams {
  private final Random random;
  private final int series;

  Streams(int series, long seed) {
    this.series = series;
    this.random = new Random(seed);
  }

  static String name(int i) {
    return "series-%02d".formatted(i);
  }

  /** The next window, with usual values. */
  Map<String, WindowSample> next() {
    double load = Math.exp(0.2 * random.nextGaussian());
    Map<String, WindowSample> samples = new HashMap<>();
    for (int i = 0; i < series; i++) {
      double expected = load * (20 + 5 * i);
      long count = Math.round(expected + Math.sqrt(expected) * random.nextGaussian() / 2);
      samples.put(name(i), sample(count, 8 + 0.05 * i));
    }
    return samples;
  }

  private WindowSample sample(long count, double typicalLog) {
    if (count <= 0) {
      return WindowSample.EMPTY;
    }
    double mean = typicalLog + 0.5 * random.nextGaussian() / Math.sqrt(count);
    long errors = random.nextDouble() < 0.02 ? 1 : 0;
    return new WindowSample(
        count,
        errors,
        Math.exp(mean - 0.64 + noise(count)),
        Math.exp(mean + noise(count)),
        Math.exp(mean + 0.64 + noise(count)),
        Math.exp(mean + 0.82 + noise(count)),
        mean);
  }

  private double noise(long count) {
    return 0.4 * random.nextGaussian() / Math.sqrt(count);
  }

  /** The sample with durations multiplied by a factor. */
  static WindowSample slower(WindowSample s, double factor) {
    return new WindowSample(
        s.count(),
        s.errors(),
        s.p10Micros() * factor,
        s.p50Micros() * factor,
        s.p90Micros() * factor,
        s.p95Micros() * factor,
        s.meanLogMicros() + Math.log(factor));
  }

  /** The sample with another number of spans. */
  static WindowSample withCount(WindowSample s, double share) {
    long count = Math.round(s.count() * share);
    return count == 0
        ? WindowSample.EMPTY
        : new WindowSample(
            count,
            Math.min(count, s.errors()),
            s.p10Micros(),
            s.p50Micros(),
            s.p90Micros(),
            s.p95Micros(),
            s.meanLogMicros());
  }

  /** The sample with a share of its spans failed. */
  static WindowSample failing(WindowSample s, double share) {
    return new WindowSample(
        s.count(),
        Math.round(s.count() * share),
        s.p10Micros(),
        s.p50Micros(),
        s.p90Micros(),
        s.p95Micros(),
        s.meanLogMicros());
  }
}
