package io.tracetide.alert.config;

import io.tracetide.alert.route.TimeInterval;
import io.tracetide.runtime.config.Checks;
import java.util.List;

/**
 * A named time interval.
 *
 * @param name by which routes refer to it
 * @param timeIntervals of which it is the union
 */
public record TimeIntervalConfig(String name, List<CalendarConfig> timeIntervals) {

  public TimeIntervalConfig {
    timeIntervals = List.copyOf(timeIntervals);
    Checks.check().notBlank("name", name).done();
  }

  /** The intervals of which this is the union. */
  public List<TimeInterval> toIntervals() {
    return timeIntervals.stream().<TimeInterval>map(CalendarConfig::toInterval).toList();
  }
}
