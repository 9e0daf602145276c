package io.tracetide.benchmarks.micro;

import java.util.SplittableRandom;

/** Latencies as services have them: log-normal, in microseconds, a median of 20 ms, a long tail. */
final class Latencies {

  private static final double MEDIAN_MICROS = 20_000;
  private static final double SIGMA = 1;

  private Latencies() {}

  static double[] draw(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = Math.rint(MEDIAN_MICROS * Math.exp(SIGMA * random.nextGaussian()));
    }
    return values;
  }
}
