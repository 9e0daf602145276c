package io.tracetide.processor.metric;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last samples of all instances whose running totals are followed, in memory, bounded in
 * number. Not thread-safe.
 */
public final class FollowedTotals {

  /*
   * Whether samples are compared depends on their own times alone, so a replay of history and live
   * traffic come to the same. Forgetting only frees memory: what is forgotten was silent for so long
   * that it would not be compared any more. To be sure of that, an instance must have been silent by
   * the clock, during which we read (what it sent while we were down is still to come), and by the
   * time of the newest sample (what was held up on its way is still to come, too).
   */

  private final long memoryMs;
  private final int limit;
  private final Map<InstanceId, Followed> followed = new LinkedHashMap<>(64, 0.75f, true);
  private final List<Followed> changed = new ArrayList<>();
  private long newestMicros = Long.MIN_VALUE;

  /** The last sample of one instance, and when it came. */
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

  /** Receives what has changed. */
  public interface Journal {

    /** The last sample of an instance is another one. */
    void put(InstanceId id, RunningTotal last);

    /** An instance is no longer followed. */
    void delete(InstanceId id);
  }

  /**
   * Follows nobody yet.
   *
   * @param memory silence after which samples are no longer compared
   * @param limit how many instances are followed at most
   */
  public FollowedTotals(Duration memory, int limit) {
    this.memoryMs = memory.toMillis();
    this.limit = limit;
  }

  /** Reads back the last sample of an instance, whose silence begins anew. */
  public void restore(InstanceId id, RunningTotal last, long nowMs) {
    followed.put(id, new Followed(id, last, nowMs));
    newestMicros = Math.max(newestMicros, last.atMicros());
  }

  /** What the sample adds; the next one will be compared with it. */
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

  /** Forgets instances that have been silent for longer than samples are compared. */
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

  /** Hands out what has changed since the last time. */
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

  /** Drops everything, because the task begins again from its last commit. */
  public void clear() {
    followed.clear();
    changed.clear();
    newestMicros = Long.MIN_VALUE;
  }

  public int size() {
    return followed.size();
  }
}
