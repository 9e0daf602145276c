package io.tracetide.processor.metric;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last sample of each instance that reports running totals, in memory, bounded in number. Not
 * thread-safe.
 */
public final class FollowedTotals {

  /*
   * Whether samples are compared depends only on their own times, so a replay gives the same result
   * as live traffic. Removing an instance only frees memory: its next sample would not be compared
   * any more. For that, the instance must have been silent both by the wall clock of this process
   * (samples that were sent while the process was down have not been read yet) and by the time of
   * the newest sample (delayed samples have not arrived yet).
   */

  private final long memoryMs;
  private final int limit;
  private final Map<InstanceId, Followed> followed = new LinkedHashMap<>(64, 0.75f, true);
  private final List<Followed> changed = new ArrayList<>();
  private long newestMicros = Long.MIN_VALUE;

  /** The last sample of one instance, and when it was received. */
  private static final class Followed {
    private final InstanceId id;
    private RunningTotal last;
    private long seenMs;
    private boolean changed;
    private boolean forgotten;

    Followed(InstanceId id, RunningTotal last, long seenMs) {
      this.id = id;
      this.last = last;
      this.seenMs = seenMs;
    }
  }

  /** Receives the changes to save. */
  public interface Journal {

    /** The last sample of an instance has changed. */
    void put(InstanceId id, RunningTotal last);

    /** An instance is no longer followed. */
    void delete(InstanceId id);
  }

  /**
   * Creates an empty table.
   *
   * @param memory silence after which samples are no longer compared
   * @param limit maximum of instances
   */
  public FollowedTotals(Duration memory, int limit) {
    this.memoryMs = memory.toMillis();
    this.limit = limit;
  }

  /** Restores the last sample of an instance; its silence is counted from now. */
  public void restore(InstanceId id, RunningTotal last, long nowMs) {
    followed.put(id, new Followed(id, last, nowMs));
    newestMicros = Math.max(newestMicros, last.atMicros());
  }

  /** The increase since the last sample; the next one is compared with this sample. */
  public Increase follow(InstanceId id, RunningTotal sample, long nowMs) {
    newestMicros = Math.max(newestMicros, sample.atMicros());
    @Nullable Followed known = followed.get(id);
    if (known == null && followed.size() >= limit) {
      return Increase.Uncounted.UNFOLLOWED;
    }
    Increase increase = sample.since(known == null ? null : known.last, memoryMs * 1000);
    if (known == null) {
      known = new Followed(id, sample, nowMs);
      followed.put(id, known);
      change(known);
    } else if (increase != Increase.Uncounted.REPEATED
        && increase != Increase.Uncounted.CONFLICTING) {
      known.last = sample;
      change(known);
    }
    known.seenMs = nowMs;
    return increase;
  }

  private void change(Followed one) {
    if (!one.changed) {
      one.changed = true;
      changed.add(one);
    }
  }

  /** Removes instances without samples for longer than samples are compared. */
  public void forgetSilent(long nowMs) {
    Iterator<Followed> longestUnseenFirst = followed.values().iterator();
    while (longestUnseenFirst.hasNext()) {
      Followed next = longestUnseenFirst.next();
      if (nowMs - next.seenMs <= memoryMs) {
        return;
      }
      if (newestMicros - next.last.atMicros() > memoryMs * 1000) {
        longestUnseenFirst.remove();
        next.forgotten = true;
        change(next);
      }
    }
  }

  /** Writes the changes since the last call. */
  public void write(Journal journal) {
    for (Followed one : changed) {
      one.changed = false;
      if (one.forgotten) {
        journal.delete(one.id);
      } else {
        journal.put(one.id, one.last);
      }
    }
    changed.clear();
  }

  /** Removes everything, because the task restarts from its last commit. */
  public void clear() {
    followed.clear();
    changed.clear();
    newestMicros = Long.MIN_VALUE;
  }

  public int size() {
    return followed.size();
  }
}
