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
   * each objective and series, and 18 KB instead of 2 KB to restore it.
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

  /** Whether a span of the last 6 hours, or of the part of an hour before them, is bad. */
  boolean hasRecentBad(long endMinute) {
    long hour = (endMinute - 1) / MINUTES_PER_HOUR;
    return hours.hasBad(hour - MINUTES / MINUTES_PER_HOUR, hour + 1);
  }

  /** Writes the minutes of the hour of the newest minute. */
  void writeNow(ByteWriter out) {
    out.put(FORMAT);
    long newest = minutes.newest();
    out.putVarint(newest);
    minutes.write(newest - newest % MINUTES_PER_HOUR, newest + 1, out);
  }

  /** Writes the minutes and hours before the hour of the newest minute. */
  void writePast(ByteWriter out) {
    out.put(FORMAT_OF_PAST);
    long hour = minutes.newest() / MINUTES_PER_HOUR;
    hours.write(hours.oldest(), hour, out);
    minutes.write(minutes.oldest(), hour * MINUTES_PER_HOUR, out);
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
      minutes.read(in);
      sumHour(minutes.newest() / MINUTES_PER_HOUR);
    } else if (format == FORMAT_OF_PAST) {
      hours.read(in);
      minutes.read(in);
    } else {
      throw new IllegalArgumentException("unknown format of counts: " + format);
    }
  }
}
