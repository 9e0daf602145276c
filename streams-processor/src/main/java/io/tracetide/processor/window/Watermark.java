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

  /** Time for which an input is waited for after a restart, unless it was idle before. */
  static final long RESTORED_PATIENCE_MS = 30_000;

  /** Event time by which an input must have advanced to be saved again. */
  private static final long SAVED_STEP_MS = 5_000;

  private final long idleMs;
  private final Map<Integer, Input> inputs = new HashMap<>();

  /** Event times of the inputs that were saved. */
  private final Map<Integer, Long> saved = new HashMap<>();

  private long reached = Long.MIN_VALUE;
  private long reachedAtWallMs;

  /**
   * The event time of an input, the wall-clock time of its last record, and the time without
   * records after which it is ignored.
   */
  private record Input(long eventMs, long wallMs, long patienceMs) {
    boolean isIdle(long nowMs) {
      return nowMs - wallMs > patienceMs;
    }
  }

  /** Saves the event times of the inputs that are not idle. */
  public interface InputStore {
    void putInput(int input, long eventMs);

    void deleteInput(int input);
  }

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

  /**
   * Adds an input that was saved. Without it, an input that sends later than others after a restart
   * would find its windows closed.
   */
  public void restore(int input, long eventMs, long wallMs) {
    saved.put(input, eventMs);
    inputs.put(input, new Input(eventMs, wallMs, Math.max(idleMs, RESTORED_PATIENCE_MS)));
  }

  /** Saves the inputs that are not idle, with event times that may be some seconds old. */
  public void save(long wallMs, InputStore store) {
    inputs.forEach(
        (input, state) -> {
          Long before = saved.get(input);
          if (state.isIdle(wallMs)) {
            if (before != null) {
              saved.remove(input);
              store.deleteInput(input);
            }
          } else if (before == null || state.eventMs - before >= SAVED_STEP_MS) {
            saved.put(input, state.eventMs);
            store.putInput(input, state.eventMs);
          }
        });
  }

  /** Processes a record of an input with an event time. */
  public void advance(int input, long eventMs, long wallMs) {
    Input former = inputs.get(input);
    long capped = Math.min(eventMs, wallMs);
    if (former == null || capped >= former.eventMs) {
      inputs.put(input, new Input(capped, wallMs, idleMs));
    } else {
      // An older record: the input is not idle, but its event time does not advance.
      long elapsed = Math.max(0, wallMs - former.wallMs);
      inputs.put(input, new Input(Math.min(former.eventMs + elapsed, wallMs), wallMs, idleMs));
    }
  }

  /** The watermark: no older spans are expected; {@code Long.MIN_VALUE} before the first record. */
  public long at(long wallMs) {
    long slowest = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    long newestWallMs = Long.MIN_VALUE;
    for (Input input : inputs.values()) {
      long elapsed = Math.max(0, wallMs - input.wallMs);
      if (!input.isIdle(wallMs)) {
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
