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
 * Which intervals of deltas have been counted, by instance, so that each counts once in whatever
 * order they come. Two points are the same when start and time are. In memory, bounded. Not
 * thread-safe.
 *
 * <p>An interval is remembered for the memory, in event time, and at least the newest {@value
 * #KEPT_AT_LEAST} of an instance are; at most the newest {@value #KEPT_AT_MOST} are.
 */
public final class CountedIntervals {

  /*
   * A delta says nothing about others, so one that may be a repetition, and may be just late, is
   * counted: exporters repeat within minutes, and queues deliver hours later.
   *
   * Memory: 16 bytes an interval. Where one comes every 10 s and the memory is an hour, 5.8 KB for
   * each instance; the store gets one small entry an interval and deletes it later.
   */

  static final int KEPT_AT_LEAST = 64;
  static final int KEPT_AT_MOST = 1_024;

  private final long memoryMs;
  private final int limit;
  private final Map<InstanceId, Seen> instances = new LinkedHashMap<>(64, 0.75f, true);
  private final List<Change> changes = new ArrayList<>();
  private long newestMicros = Long.MIN_VALUE;

  /** What becomes of a delta. */
  public enum Outcome {
    /** It has not been counted. */
    NEW,
    /** It has been counted. */
    REPEATED,
    /** It is counted, although it may have been before: as many instances as may be are known. */
    UNCHECKED
  }

  /**
   * An interval of an instance.
   *
   * @param startMicros since when, microseconds since the epoch; 0 when it is not said
   * @param timeMicros until when, microseconds since the epoch
   */
  public record Interval(InstanceId id, long startMicros, long timeMicros) {}

  /** Receives what has changed. */
  public interface Journal {

    /** The interval has been counted. */
    void put(Interval interval);

    /** The interval is no longer remembered. */
    void delete(Interval interval);
  }

  private record Change(Interval interval, boolean remembered) {}

  /** Intervals of one instance, by time and then by start. */
  private static final class Seen {
    private long[] times = new long[4];
    private long[] starts = new long[4];
    private int size;
    private long seenMs;

    /** Where the interval is, or, as -1 minus it, where it belongs. */
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
   * Knows no interval yet.
   *
   * @param memory how long intervals are remembered
   * @param limit of how many instances they are at most
   */
  public CountedIntervals(Duration memory, int limit) {
    this.memoryMs = memory.toMillis();
    this.limit = limit;
  }

  /** Reads back an interval. */
  public void restore(Interval interval, long nowMs) {
    Seen seen = instances.computeIfAbsent(interval.id(), id -> new Seen());
    seen.seenMs = nowMs;
    int at = seen.find(interval.startMicros(), interval.timeMicros());
    if (at < 0) {
      seen.insert(-1 - at, interval.startMicros(), interval.timeMicros());
    }
    newestMicros = Math.max(newestMicros, interval.timeMicros());
  }

  /** Notes that an interval is counted, if it is new. */
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

  /** Forgets instances that have been silent for longer than intervals are remembered. */
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

  /** Hands out what has changed since the last time, in order. */
  public void write(Journal journal) {
    for (Change change : changes) {
      if (change.remembered) {
        journal.put(change.interval);
      } else {
        journal.delete(change.interval);
      }
    }
    changes.clear();
  }

  /** Drops everything, because the task begins again from its last commit. */
  public void clear() {
    instances.clear();
    changes.clear();
    newestMicros = Long.MIN_VALUE;
  }

  public int size() {
    return instances.size();
  }
}
