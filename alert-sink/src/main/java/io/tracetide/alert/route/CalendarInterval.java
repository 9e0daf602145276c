package io.tracetide.alert.route;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.function.Predicate;

/**
 * A recurring interval by the calendar of a time zone, as Alertmanager's {@code time_interval}. A
 * time is in it if it is in one range of each kind that is given; a kind without ranges is not
 * restricted. Clock times are those of the zone: where a clock is set forward, the skipped minutes
 * do not occur; where it is set back, the repeated ones occur twice.
 *
 * @param times minutes of the day; the end is exclusive, and 1440 for the end of the day
 * @param weekdays 0 for Sunday to 6
 * @param daysOfMonth from 1, or from -1 for the last day backwards
 * @param months from 1
 * @param years years
 * @param zone of the calendar
 */
public record CalendarInterval(
    List<Range> times,
    List<Range> weekdays,
    List<Range> daysOfMonth,
    List<Range> months,
    List<Range> years,
    ZoneId zone)
    implements TimeInterval {

  public CalendarInterval {
    times = List.copyOf(times);
    weekdays = List.copyOf(weekdays);
    daysOfMonth = List.copyOf(daysOfMonth);
    months = List.copyOf(months);
    years = List.copyOf(years);
  }

  /** Numbers from the begin to the end. */
  public record Range(int begin, int end) {
    boolean contains(int number) {
      return number >= begin && number <= end;
    }
  }

  @Override
  public boolean contains(Instant time) {
    ZonedDateTime local = time.atZone(zone);
    int minute = local.getHour() * 60 + local.getMinute();
    int length = local.toLocalDate().lengthOfMonth();
    return any(times, range -> minute >= range.begin() && minute < range.end())
        && any(daysOfMonth, range -> isDay(range, local.getDayOfMonth(), length))
        && any(months, range -> range.contains(local.getMonthValue()))
        && any(weekdays, range -> range.contains(local.getDayOfWeek().getValue() % 7))
        && any(years, range -> range.contains(local.getYear()));
  }

  private static boolean any(List<Range> ranges, Predicate<Range> contains) {
    return ranges.isEmpty() || ranges.stream().anyMatch(contains);
  }

  /** A negative day counts from the end of the month; days after the end of the month do not. */
  private static boolean isDay(Range range, int day, int length) {
    int begin = range.begin() < 0 ? length + range.begin() + 1 : range.begin();
    int end = range.end() < 0 ? length + range.end() + 1 : range.end();
    return day >= begin && day <= end;
  }
}
