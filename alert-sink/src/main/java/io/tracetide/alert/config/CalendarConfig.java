package io.tracetide.alert.config;

import io.tracetide.alert.route.CalendarInterval;
import io.tracetide.alert.route.CalendarInterval.Range;
import io.tracetide.alert.route.CalendarRanges;
import java.util.List;
import java.util.function.Function;

/**
 * An interval by the calendar. A key that is not given does not restrict it.
 *
 * @param times of the day
 * @param weekdays such as {@code monday:friday}; Sunday is the first day
 * @param daysOfMonth such as {@code 1:5} or {@code -7:-1}, counted from the last day
 * @param months by name or number
 * @param years such as {@code 2026:2028}
 * @param location time zone; UTC if not given
 */
public record CalendarConfig(
    List<TimeRangeConfig> times,
    List<String> weekdays,
    List<String> daysOfMonth,
    List<String> months,
    List<String> years,
    String location) {

  public CalendarConfig {
    times = List.copyOf(times);
    weekdays = List.copyOf(weekdays);
    daysOfMonth = List.copyOf(daysOfMonth);
    months = List.copyOf(months);
    years = List.copyOf(years);
    new RangeChecks()
        .readAll("weekdays", weekdays, CalendarRanges::weekdays)
        .readAll("daysOfMonth", daysOfMonth, CalendarRanges::daysOfMonth)
        .readAll("months", months, CalendarRanges::months)
        .readAll("years", years, CalendarRanges::years)
        .read("location", location, CalendarRanges::zone)
        .done();
  }

  static CalendarConfig defaults() {
    return new CalendarConfig(List.of(), List.of(), List.of(), List.of(), List.of(), "UTC");
  }

  CalendarInterval toInterval() {
    return new CalendarInterval(
        times.stream().map(TimeRangeConfig::toRange).toList(),
        ranges(weekdays, CalendarRanges::weekdays),
        ranges(daysOfMonth, CalendarRanges::daysOfMonth),
        ranges(months, CalendarRanges::months),
        ranges(years, CalendarRanges::years),
        CalendarRanges.zone(location));
  }

  private static List<Range> ranges(List<String> texts, Function<String, Range> reader) {
    return texts.stream().map(reader).toList();
  }
}
