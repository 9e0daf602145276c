package io.tracetide.processor.window;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The event time of a partition, derived from several independent inputs. Windows that end before
 * it may close.
 *
 * <p>All times are milliseconds since the epoch. The watermark never decreases.
 */
public final class Watermark {

  /*
   * The slowest input determines it, as in Flink: with the fastest, a replay at full speed, in
   * which partitions are minutes of event time apart, would close windows that are still being
   * filled. An input without records for the idle time is ignored.
   *
   * The wall-clock time since the last record of an input is added to its event time. So windows of
   * idle inputs close, too, after the time that they would need with records, and event time never
   * jumps to the wall clock: a replay of last year behaves like live traffic.
   *
   * The event time of an input is limited by the wall clock, so a record from the future cannot
   * close current windows.
   */

  private final long idleMs;
  private final Map<Integer, Input> inputs = new HashMap<>();
  private long reached = Long.MIN_VALUE;
  private long reachedAtWallMs;

  /** The event time of an input, and the wall-clock time of its last record. */
  private record Input(long eventMs, long wallMs) {}

  /**
   * Continues from the saved watermark.
   *
   * @param idle time without records after which an input is ignored
   * @param restored last result of {@link #at}; {@code Long.MIN_VALUE} when there is none
   */
  public Watermark(Duration idle, long restored, long wallMs) {
    this.idleMs = idle.toMillis();
    this.reached = restored;
    this.reachedAtWallMs = wallMs;
  }

  /** Processes a record of an input with an event time. */
  public void advance(int input, long eventMs, long wallMs) {
    Input former = inputs.get(input);
    long capped = Math.min(eventMs, wallMs);
    if (former == null || capped >= former.eventMs) {
      inputs.put(input, new Input(capped, wallMs));
    } else {
      // An older record: the input is not idle, but its event time does not advance.
      long elapsed = Math.max(0, wallMs - former.wallMs);
      inputs.put(input, new Input(Math.min(former.eventMs + elapsed, wallMs), wallMs));
    }
  }

  /** The watermark: no older spans are expected; {@code Long.MIN_VALUE} before the first record. */
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
