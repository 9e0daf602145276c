package io.tracetide.processor.ledger.follow;

/**
 * Time in which we would have heard of what happened: it goes with the wall clock while the input
 * is read and we are caught up with it, and stands still otherwise. Silence is measured in it, so
 * an hour in which we were down, restored state or worked off a backlog makes nobody silent.
 */
public final class ObservedClock {

  private final long longestStepMs;
  private long observedMs;
  private long wallMs;

  /**
   * Goes on from where it was.
   *
   * @param longestStepMs a longer time between two looks was not spent watching
   */
  public ObservedClock(long observedMs, long wallMs, long longestStepMs) {
    this.observedMs = observedMs;
    this.wallMs = wallMs;
    this.longestStepMs = longestStepMs;
  }

  public long observedMs() {
    return observedMs;
  }

  /** Takes notice of the time. */
  public void look(long nowMs, boolean caughtUp) {
    long step = nowMs - wallMs;
    wallMs = nowMs;
    if (caughtUp && step > 0 && step <= longestStepMs) {
      observedMs += step;
    }
  }
}
