package io.tracetide.alert.config;

import io.tracetide.alert.route.CalendarInterval.Range;
import io.tracetide.alert.route.CalendarRanges;

/**
 * A range of the clock.
 *
 * @param startTime such as {@code 09:00}
 * @param endTime after the start, at most {@code 24:00}; exclusive
 */
public record TimeRangeConfig(String startTime, String endTime) {

  public TimeRangeConfig {
    new RangeChecks()
        .read("startTime", startTime, CalendarRanges::minute)
        .read("endTime", endTime, CalendarRanges::minute)
        .done();
    String start = startTime;
    new RangeChecks().read("endTime", endTime, end -> CalendarRanges.times(start, end)).done();
  }

  Range toRange() {
    return CalendarRanges.times(startTime, endTime);
  }
}
