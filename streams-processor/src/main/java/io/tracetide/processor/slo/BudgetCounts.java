package io.tracetide.processor.slo;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Good and bad spans of one objective and series, in minutes and hours of UTC, and their sums over
 * the windows of burn rates.
 *
 * <p>Times are whole minutes since the epoch, so changes of daylight saving time have no effect.
 */
public final class BudgetCounts {

  /*
   * Windows of up to 6 hours are sums of minutes, so they are exact at every minute. Longer windows
   * are sums of hours: they begin at the full hour at or before their nominal start, so that of 1
   * day covers 24 h to 24 h 59 min, and that of 3 days 72 h to 72 h 59 min.
   *
   * The other choice, minutes for 3 days, is 4,320 buckets: 69 KB of memory instead of 7 KB for
   * each objective and series, and rows of 12 KB instead of 2 KB. Sums of 3 days would take 3 µs
   * instead of 0.1 µs.
   */

  /** Windows up to this length are sums of minutes. */
  static final int MINUTES = 360;

  private static final int MINUTES_PER_HOUR = 60;

  /** Hours of the longest window, 3 days, and the running hour. */
  private static final int HOURS = 73;

  private static final byte FORMAT = 1;
  private static final byte FORMAT_OF_PAST = 2;

  private final CountRing minutes = new CountRing(MINUTES);
  private final CountRing hours = new CountRing(HOURS);

  /** The newest minute with counts; -1 when there is none. */
  public long newestMinute() {
    return minutes.newest();
  }

  /** The counts of a minute; none when it is older than 6 hours. */
  public SpanCounts minute(long minute) {
    return minutes.get(minute);
  }

  /**
   * Replaces the counts of a minute that is less than 5 hours older than the newest one.
   *
   * @return whether that changed the counts
   */
  public boolean set(long minute, SpanCounts counts) {
    if (minute < minutes.newest() - MINUTES + MINUTES_PER_HOUR) {
      return false;
    }
    if (minute <= minutes.newest() && minutes.get(minute).equals(counts)) {
      return false;
    }
    minutes.set(minute, counts);
    sumHour(minute / MINUTES_PER_HOUR);
    return true;
  }

  private void sumHour(long hour) {
    long first = hour * MINUTES_PER_HOUR;
    hours.set(hour, minutes.sum(first, first + MINUTES_PER_HOUR));
  }

  /**
   * Counts of a window.
   *
   * @param length of the window; above 6 hours it begins at a full hour
   * @param endMinute end of the window, exclusive; after the newest minute
   */
  public SpanCounts last(Duration length, long endMinute) {
    long start = endMinute - length.toMinutes();
    if (length.toMinutes() <= MINUTES) {
      return minutes.sum(start, endMinute);
    }
    return hours.sum(
        Math.floorDiv(start, MINUTES_PER_HOUR), (endMinute - 1) / MINUTES_PER_HOUR + 1);
  }

  /** Writes the minutes of the hour of the newest minute. */
  void writeNow(ByteWriter out) {
    out.put(FORMAT);
    long newest = minutes.newest();
    out.putVarint(newest);
    writeBuckets(minutes, newest - newest % MINUTES_PER_HOUR, newest + 1, out);
  }

  /** Writes the minutes and hours before the hour of the newest minute. */
  void writePast(ByteWriter out) {
    out.put(FORMAT_OF_PAST);
    long hour = minutes.newest() / MINUTES_PER_HOUR;
    writeBuckets(hours, hours.oldest(), hour, out);
    writeBuckets(minutes, minutes.oldest(), hour * MINUTES_PER_HOUR, out);
  }

  /**
   * Adds what {@link #writeNow} and {@link #writePast} wrote, in any order.
   *
   * @throws IllegalArgumentException when the format is unknown
   */
  void read(ByteBuffer in) {
    byte format = in.get();
    if (format == FORMAT) {
      minutes.advance(Varint.read(in));
      readBuckets(minutes, in);
      sumHour(minutes.newest() / MINUTES_PER_HOUR);
    } else if (format == FORMAT_OF_PAST) {
      readBuckets(hours, in);
      readBuckets(minutes, in);
    } else {
      throw new IllegalArgumentException("unknown format of counts: " + format);
    }
  }

  private static void writeBuckets(CountRing ring, long from, long to, ByteWriter out) {
    int used = 0;
    for (long bucket = from; bucket < to; bucket++) {
      used += ring.get(bucket).isEmpty() ? 0 : 1;
    }
    out.putVarint(used);
    long before = 0;
    for (long bucket = from; bucket < to; bucket++) {
      SpanCounts counts = ring.get(bucket);
      if (!counts.isEmpty()) {
        out.putVarint(bucket - before);
        before = bucket;
        out.putVarint(counts.spans() << 1 | (counts.isWeighted() ? 1 : 0));
        out.putVarint(counts.badSpans());
        if (counts.isWeighted()) {
          out.putNumber(counts.weight());
          out.putNumber(counts.badWeight());
        }
      }
    }
  }

  private static void readBuckets(CountRing ring, ByteBuffer in) {
    long used = Varint.read(in);
    long bucket = 0;
    for (long i = 0; i < used; i++) {
      bucket += Varint.read(in);
      long spans = Varint.read(in);
      long badSpans = Varint.read(in);
      boolean weighted = (spans & 1) == 1;
      ring.set(
          bucket,
          weighted
              ? new SpanCounts(
                  spans >>> 1, badSpans, Varint.readNumber(in), Varint.readNumber(in))
              : SpanCounts.of(spans >>> 1, badSpans));
    }
  }
}
