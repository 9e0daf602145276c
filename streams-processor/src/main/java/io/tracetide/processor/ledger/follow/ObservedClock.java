package io.tracetide.processor.ledger.follow;

/**
 * Observed time: it advances with the wall clock while the input is read without lag, and stands
 * still otherwise. The time without events of a trace is measured in it, so an outage of the
 * processor, a restore of state or a backlog does not make traces stuck.
 */
public final class ObservedClock {

  private final long longestStepMs;
  private long observedMs;
  private long wallMs;
  private long nowMs;

  /**
   * Continues from a saved time.
   *
   * @param longestStepMs a longer time between two calls of {@link #advance} is not counted
   */
  public ObservedClock(long observedMs, long wallMs, long longestStepMs) {
    this.observedMs = observedMs;
    this.wallMs = wallMs;
    this.nowMs = wallMs;
    this.longestStepMs = longestStepMs;
  }

  public long observedMs() {
    return observedMs;
  }

  /** Wall clock as it was last reported, milliseconds since the epoch. */
  public long nowMs() {
    return nowMs;
  }

  /** Sets {@link #nowMs} without advancing the observed time. */
  public void setNowMs(long wallClockMs) {
    nowMs = wallClockMs;
  }

  /** Sets {@link #nowMs} and advances the observed time. */
  public void advance(long wallClockMs, boolean caughtUp) {
    nowMs = wallClockMs;
    long step = wallClockMs - wallMs;
    wallMs = wallClockMs;
    if (caughtUp && step > 0 && step <= longestStepMs) {
      observedMs += step;
    }
  }
}
