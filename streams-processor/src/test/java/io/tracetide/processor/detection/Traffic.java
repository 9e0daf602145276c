package io.tracetide.processor.detection;

import java.util.Random;

/** Seeded traffic of one operation: a rate, a latency and a share of errors, with noise. */
final class Traffic {

  private final Random random;
  private final double rate;
  private final double latencyMs;
  private final double errorRate;

  Traffic(long seed, double spansInWindow, double latencyMs, double errorRate) {
    this.random = new Random(seed);
    this.rate = spansInWindow;
    this.latencyMs = latencyMs;
    this.errorRate = errorRate;
  }

  WindowFeatures usual() {
    return window(1, 1, errorRate);
  }

  /** A window with so many times the usual rate and latency. */
  WindowFeatures window(double ratesTimes, double latencyTimes, double errors) {
    int spans = poisson(rate * ratesTimes);
    if (spans == 0) {
      return WindowFeatures.SILENT;
    }
    double worst = 0;
    int failed = 0;
    // The greatest of a twentieth of the spans stands in for the 95th percentile.
    for (int i = 0; i < Math.max(1, spans / 20); i++) {
      worst = Math.max(worst, latencyMs * latencyTimes * Math.exp(0.2 * random.nextGaussian()));
    }
    for (int i = 0; i < spans; i++) {
      failed += random.nextDouble() < errors ? 1 : 0;
    }
    return new WindowFeatures(spans, spans, (double) failed / spans, worst * 1_000);
  }

  private int poisson(double mean) {
    double limit = Math.exp(-Math.min(mean, 500));
    double product = random.nextDouble();
    int n = 0;
    while (product > limit) {
      product *= random.nextDouble();
      n++;
    }
    return n;
  }
}
