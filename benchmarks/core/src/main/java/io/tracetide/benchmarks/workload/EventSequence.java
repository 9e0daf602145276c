package io.tracetide.benchmarks.workload;

import java.util.SplittableRandom;

/**
 * The events of a workload, one after the other. The fields of the current one are overwritten by
 * {@link #next}, so that iterating over millions of events creates no objects.
 *
 * <p>Durations are log-normal around a median of the operation; one span in a hundred fails.
 */
public final class EventSequence {

  private static final double SIGMA = 0.6;
  private static final double FAILING = 0.01;
  private static final double FASTEST_MEDIAN_MICROS = 1_500;
  private static final int MEDIANS = 8;
  private static final int MAX_MICROS = 600_000_000;

  private final Workload workload;
  private final SplittableRandom random;
  private long at = -1;
  private int series;
  private int durationMicros;
  private boolean failed;
  private long idHigh;
  private long idLow;

  EventSequence(Workload workload) {
    this.workload = workload;
    this.random = new SplittableRandom(workload.seed());
  }

  /** Moves to the next event; false when there is none. */
  public boolean next() {
    if (at + 1 >= workload.events()) {
      return false;
    }
    at++;
    series = drawSeries();
    double median = FASTEST_MEDIAN_MICROS * (1 << series % MEDIANS);
    double micros = median * Math.exp(SIGMA * random.nextGaussian());
    durationMicros = (int) Math.max(1, Math.min(MAX_MICROS, micros));
    failed = random.nextDouble() < FAILING;
    idHigh = random.nextLong();
    idLow = random.nextLong();
    return true;
  }

  private int drawSeries() {
    double skew = workload.skew();
    if (skew == 0) {
      return random.nextInt(workload.series());
    }
    int operations = workload.operationsPerService();
    return random.nextDouble() < skew
        ? random.nextInt(operations)
        : random.nextInt(operations, workload.series());
  }

  /** Number of the current event, from 0. */
  public long index() {
    return at;
  }

  public int series() {
    return series;
  }

  public long timestampMicros() {
    return workload.timestampMicros(at);
  }

  public int durationMicros() {
    return durationMicros;
  }

  public boolean failed() {
    return failed;
  }

  /** First half of the trace id. */
  public long idHigh() {
    return idHigh;
  }

  /** Second half of the trace id. */
  public long idLow() {
    return idLow;
  }
}
