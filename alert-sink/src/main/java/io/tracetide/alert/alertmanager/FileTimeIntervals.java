package io.tracetide.alert.alertmanager;

import io.tracetide.alert.route.CalendarInterval;
import io.tracetide.alert.route.CalendarInterval.Range;
import io.tracetide.alert.route.CalendarRanges;
import io.tracetide.alert.route.TimeInterval;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads time intervals: {@code time_intervals}, and the older {@code mute_time_intervals}. */
final class FileTimeIntervals {
  private static final Set<String> NAMED_KEYS = Set.of("name", "time_intervals");
  private static final Set<String> KEYS =
      Set.of("times", "weekdays", "days_of_month", "months", "years", "location");
  private static final Set<String> TIME_KEYS = Set.of("start_time", "end_time");

  private FileTimeIntervals() {}

  static Map<String, List<TimeInterval>> read(YamlValue file) {
    Map<String, List<TimeInterval>> intervals = new LinkedHashMap<>();
    for (String key : List.of("mute_time_intervals", "time_intervals")) {
      for (YamlValue named : file.get(key).items()) {
        named.expectKeys(NAMED_KEYS);
        List<TimeInterval> union = new ArrayList<>();
        named.get("time_intervals").items().forEach(item -> union.add(interval(item)));
        String name = named.get("name").text().orElse("");
        if (name.isEmpty() || intervals.put(name, union) != null) {
          named.problem(name, "a time interval with a name of its own");
        }
      }
    }
    return intervals;
  }

  private static TimeInterval interval(YamlValue section) {
    section.expectKeys(KEYS);
    List<Range> times = new ArrayList<>();
    section.get("times").items().forEach(item -> time(item).ifPresent(times::add));
    YamlValue location = section.get("location");
    Optional<ZoneId> zone =
        location.isPresent() ? location.read(CalendarRanges::zone) : Optional.empty();
    return new CalendarInterval(
        times,
        ranges(section.get("weekdays"), CalendarRanges::weekdays),
        ranges(section.get("days_of_month"), CalendarRanges::daysOfMonth),
        ranges(section.get("months"), CalendarRanges::months),
        ranges(section.get("years"), CalendarRanges::years),
        zone.orElse(ZoneOffset.UTC));
  }

  private static Optional<Range> time(YamlValue section) {
    section.expectKeys(TIME_KEYS);
    YamlValue end = section.get("end_time");
    Optional<Integer> from = section.get("start_time").read(CalendarRanges::minute);
    Optional<Integer> until = end.read(CalendarRanges::minute);
    String start = section.get("start_time").text().orElse("");
    return from.isPresent() && until.isPresent()
        ? end.read(text -> CalendarRanges.times(start, text))
        : Optional.empty();
  }

  private static List<Range> ranges(YamlValue list, Function<String, Range> reader) {
    List<Range> ranges = new ArrayList<>();
    list.items().forEach(item -> item.read(reader).ifPresent(ranges::add));
    return ranges;
  }
}
