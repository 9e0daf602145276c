package io.tracetide.processor.window;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How far event time has come, told from several inputs that advance on their own. Windows that end
 * before it may close.
 *
 * <p>All times are milliseconds since the epoch. Never goes back.
 */
public final class Watermark {

  /*
   * The slowest input decides, as in Flink: if the fastest did, a replay at full speed, in which
   * partitions are minutes of event time apart, would close windows that are still being filled.
   * An input that has been silent for the idle time no longer counts.
   *
   * To what an input last said, the wall-clock time since is added. So windows close on silence
   * too, when the time that has really passed would have closed them, and event time never jumps to
   * the wall clock: a replay of last year behaves as live traffic does.
   *
   * What an input says is capped by the wall clock, so a record from the future cannot close the
   * windows of the present.
   */

  private final long idleMs;
  private final Map<Integer, Input> inputs = new HashMap<>();
  private long reached = Long.MIN_VALUE;
  private long reachedAtWallMs;

  /** How far an input has come, and when it said so. */
  private record Input(long eventMs, long wallMs) {}

  /**
   * Starts where a former run had come to.
   *
   * @param idle silence after which an input no longer holds the others back
   * @param restored what {@link #at} last returned; {@code Long.MIN_VALUE} when there was no former
   *     run
   */
  public Watermark(Duration idle, long restored, long wallMs) {
    this.idleMs = idle.toMillis();
    this.reached = restored;
    this.reachedAtWallMs = wallMs;
  }

  /** Notes that an input has come to an event time. */
  public void advance(int input, long eventMs, long wallMs) {
    Input former = inputs.get(input);
    long capped = Math.min(eventMs, wallMs);
    if (former == null || capped >= former.eventMs) {
      inputs.put(input, new Input(capped, wallMs));
    } else {
      // Older work: the input is alive, and no further than it was.
      long elapsed = Math.max(0, wallMs - former.wallMs);
      inputs.put(input, new Input(Math.min(former.eventMs + elapsed, wallMs), wallMs));
    }
  }

  /** The event time before which no more work is expected; {@code Long.MIN_VALUE} before any. */
  public long at(long wallMs) {
    long slowest = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    long newestWallMs = Long.MIN_VALUE;
    for (Input input : inputs.values()) {
      long elapsed = Math.max(0, wallMs - input.wallMs);
      if (elapsed <= idleMs) {
        slowest = Math.min(slowest, input.eventMs + elapsed);
      }
      newest = Math.max(newest, input.eventMs);
      newestWallMs = Math.max(newestWallMs, input.wallMs);
    }
    long now;
    if (slowest != Long.MAX_VALUE) {
      now = slowest;
    } else if (newest != Long.MIN_VALUE) {
      now = newest + Math.max(0, wallMs - newestWallMs);
    } else if (reached != Long.MIN_VALUE) {
      now = reached + Math.max(0, wallMs - reachedAtWallMs);
    } else {
      return Long.MIN_VALUE;
    }
    if (now > reached) {
      reached = now;
      reachedAtWallMs = wallMs;
    }
    return reached;
  }
}
