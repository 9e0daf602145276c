package io.tracetide.processor.metric;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The intervals of delta samples that have been counted, by instance, so that each counts once in
 * any order of arrival. Two samples are the same when their start and time are. In memory, bounded.
 * Not thread-safe.
 *
 * <p>An interval is kept for {@code memory}, in event time. Of each instance at least the newest
 * {@value #KEPT_AT_LEAST} and at most the newest {@value #KEPT_AT_MOST} are kept.
 */
public final class CountedIntervals {

  /*
   * An interval older than the kept ones may be a repetition or late; it is counted, because
   * exporters repeat within minutes, and queues deliver hours later.
   *
   * Memory: 16 bytes an interval. With one every 10 s and a memory of an hour, 5.8 KB for
   * each instance; the store gets one small entry an interval and deletes it later.
   */

  static final int KEPT_AT_LEAST = 64;
  static final int KEPT_AT_MOST = 1_024;

  private final long memoryMs;
  private final int limit;
  private final Map<InstanceId, Seen> instances = new LinkedHashMap<>(64, 0.75f, true);
  private final List<Change> changes = new ArrayList<>();
  private long newestMicros = Long.MIN_VALUE;

  /** Whether a delta is counted. */
  public enum Outcome {
    /** It had not been counted. */
    NEW,
    /** It had been counted before. */
    REPEATED,
    /** It is counted without a check, because the limit of instances is reached. */
    UNCHECKED
  }

  /**
   * An interval of an instance.
   *
   * @param startMicros start, microseconds since the epoch; 0 when it is unknown
   * @param timeMicros end, microseconds since the epoch
   */
  public record Interval(InstanceId id, long startMicros, long timeMicros) {}

  /** Receives the changes to save. */
  public interface Journal {

    /** The interval has been counted. */
    void put(Interval interval);

    /** The interval is no longer kept. */
    void delete(Interval interval);
  }

  private record Change(Interval interval, boolean kept) {}

  /** Intervals of one instance, by time and then by start. */
  private static final class Seen {
    private long[] times = new long[4];
    private long[] starts = new long[4];
    private int size;
    private long seenMs;

    /** Index of the interval; -1 minus its insertion point when it is missing. */
    int find(long start, long time) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (times[middle] < time || (times[middle] == time && starts[middle] < start)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low < size && times[low] == time && starts[low] == start ? low : -1 - low;
    }

    void insert(int at, long start, long time) {
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        starts = Arrays.copyOf(starts, 2 * size);
      }
      System.arraycopy(times, at, times, at + 1, size - at);
      System.arraycopy(starts, at, starts, at + 1, size - at);
      times[at] = time;
      starts[at] = start;
      size++;
    }

    void removeOldest(int count) {
      size -= count;
      System.arraycopy(times, count, times, 0, size);
      System.arraycopy(starts, count, starts, 0, size);
    }

    long newest() {
      return times[size - 1];
    }
  }

  /**
   * Creates an empty set.
   *
   * @param memory how long intervals are kept, in event time
   * @param limit maximum of instances
   */
  public CountedIntervals(Duration memory, int limit) {
    this.memoryMs = memory.toMillis();
    this.limit = limit;
  }

  /** Restores an interval. */
  public void restore(Interval interval, long nowMs) {
    Seen seen = instances.computeIfAbsent(interval.id(), id -> new Seen());
    seen.seenMs = nowMs;
    int at = seen.find(interval.startMicros(), interval.timeMicros());
    if (at < 0) {
      seen.insert(-1 - at, interval.startMicros(), interval.timeMicros());
    }
    newestMicros = Math.max(newestMicros, interval.timeMicros());
  }

  /** Adds an interval, if it is new. */
  public Outcome count(Interval interval, long nowMs) {
    newestMicros = Math.max(newestMicros, interval.timeMicros());
    @Nullable Seen seen = instances.get(interval.id());
    if (seen == null) {
      if (instances.size() >= limit) {
        return Outcome.UNCHECKED;
      }
      seen = new Seen();
      instances.put(interval.id(), seen);
    }
    seen.seenMs = nowMs;
    int at = seen.find(interval.startMicros(), interval.timeMicros());
    if (at >= 0) {
      return Outcome.REPEATED;
    }
    seen.insert(-1 - at, interval.startMicros(), interval.timeMicros());
    changes.add(new Change(interval, true));
    dropOld(interval.id(), seen);
    return Outcome.NEW;
  }

  private void dropOld(InstanceId id, Seen seen) {
    long oldest = seen.newest() - memoryMs * 1000;
    int dropped = Math.max(0, seen.size - KEPT_AT_MOST);
    while (seen.size - dropped > KEPT_AT_LEAST && seen.times[dropped] < oldest) {
      dropped++;
    }
    drop(id, seen, dropped);
  }

  private void drop(InstanceId id, Seen seen, int oldest) {
    for (int i = 0; i < oldest; i++) {
      changes.add(new Change(new Interval(id, seen.starts[i], seen.times[i]), false));
    }
    if (oldest > 0) {
      seen.removeOldest(oldest);
    }
  }

  /** Removes instances without samples for longer than intervals are kept. */
  public void forgetSilent(long nowMs) {
    Iterator<Map.Entry<InstanceId, Seen>> longestUnseenFirst = instances.entrySet().iterator();
    while (longestUnseenFirst.hasNext()) {
      Map.Entry<InstanceId, Seen> next = longestUnseenFirst.next();
      Seen seen = next.getValue();
      if (nowMs - seen.seenMs <= memoryMs) {
        return;
      }
      if (newestMicros - seen.newest() > memoryMs * 1000) {
        longestUnseenFirst.remove();
        drop(next.getKey(), seen, seen.size);
      }
    }
  }

  /** Writes the changes since the last call, in order. */
  public void write(Journal journal) {
    for (Change change : changes) {
      if (change.kept) {
        journal.put(change.interval);
      } else {
        journal.delete(change.interval);
      }
    }
    changes.clear();
  }

  /** Removes everything, because the task restarts from its last commit. */
  public void clear() {
    instances.clear();
    changes.clear();
    newestMicros = Long.MIN_VALUE;
  }

  public int size() {
    return instances.size();
  }
}
