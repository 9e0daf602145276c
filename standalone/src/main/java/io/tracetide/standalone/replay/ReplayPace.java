package io.tracetide.standalone.replay;

import java.util.concurrent.TimeUnit;

/**
 * How fast recorded time passes: at a multiple of real time, or as fast as the receiver takes it.
 */
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

  /** So many times as fast as it happened. */
  public static ReplayPace times(double speed) {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("speed is " + speed + ", expected > 0");
    }
    return new ReplayPace(speed);
  }

  /** Waits until work that ended at that time is due. */
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
