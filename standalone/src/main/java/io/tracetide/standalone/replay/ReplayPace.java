package io.tracetide.standalone.replay;

import java.util.concurrent.TimeUnit;

/** The speed of a replay: a multiple of real time, or as fast as the receiver accepts it. */
public final class ReplayPace {
  private final double speed;
  private long startedNanos;
  private long firstMs = Long.MIN_VALUE;

  private ReplayPace(double speed) {
    this.speed = speed;
  }

  public static ReplayPace max() {
    return new ReplayPace(Double.POSITIVE_INFINITY);
  }

  /** A multiple of real time. */
  public static ReplayPace times(double speed) {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("speed is " + speed + ", expected > 0");
    }
    return new ReplayPace(speed);
  }

  /** Waits until a span that ended at that time is due. */
  void await(long endMs) throws InterruptedException {
    if (firstMs == Long.MIN_VALUE) {
      firstMs = endMs;
      startedNanos = System.nanoTime();
    }
    double dueNanos = (endMs - firstMs) / speed * 1e6;
    long wait = (long) dueNanos - (System.nanoTime() - startedNanos);
    if (wait > 0) {
      TimeUnit.NANOSECONDS.sleep(wait);
    }
  }
}
