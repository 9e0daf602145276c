package io.tracetide.alert.route;

import io.tracetide.alert.route.CalendarInterval.Range;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ranges of time intervals as Alertmanager writes them: {@code monday:friday}, {@code -7:-1},
 * {@code 09:00}. Each method throws an {@link IllegalArgumentException} whose message has the
 * accepted form, as it follows the word "expected".
 */
public final class CalendarRanges {
  private static final List<String> WEEKDAYS =
      List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
  private static final List<String> MONTHS =
      List.of(
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december");

  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])|24:00");
  private static final int END_OF_DAY = 24 * 60;
  private static final int SHORTEST_MONTH = 28;
  private static final int LONGEST_MONTH = 31;

  /** Zones of Go that have no rules in Java. */
  private static final Map<String, String> FIXED_ZONES =
      Map.of("", "UTC", "EST", "-05:00", "MST", "-07:00", "HST", "-10:00");

  private CalendarRanges() {}

  /** Minutes of the day from one clock time to another. */
  public static Range times(String start, String end) {
    int begin = minute(start);
    int until = minute(end);
    if (begin >= until) {
      throw new IllegalArgumentException(
          "an end after the start " + start + "; two ranges for a time over midnight");
    }
    return new Range(begin, until);
  }

  /** A minute of the day. */
  public static int minute(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new IllegalArgumentException("a time of day from 00:00 to 24:00, such as 09:30");
    }
    return time.group(1) == null
        ? END_OF_DAY
        : Integer.parseInt(time.group(1)) * 60 + Integer.parseInt(time.group(2));
  }

  /** Days of the week, of which Sunday is the first. */
  public static Range weekdays(String text) {
    String expected =
        "a day or a range of days from sunday to saturday, such as monday or monday:friday";
    return ascending(text, CalendarRanges::weekday, expected);
  }

  /** Days of the month. */
  public static Range daysOfMonth(String text) {
    String expected =
        "a day of the month or a range of days from 1 to 31 or, counted from the last day, from -1"
            + " to -31, such as 1:5 or -7:-1";
    Range range = range(text, CalendarRanges::number, expected);
    boolean known = isDay(range.begin()) && isDay(range.end());
    boolean backwards = range.begin() < 0 && range.end() > 0;
    if (!known || backwards || inShortestMonth(range.begin()) > inShortestMonth(range.end())) {
      throw new IllegalArgumentException(expected);
    }
    return range;
  }

  /** Months. */
  public static Range months(String text) {
    String expected =
        "a month or a range of months by name or number from 1 to 12, such as may:august or 5:8";
    Range range = ascending(text, CalendarRanges::month, expected);
    if (range.begin() < 1 || range.end() > MONTHS.size()) {
      throw new IllegalArgumentException(expected);
    }
    return range;
  }

  /** Years. */
  public static Range years(String text) {
    return ascending(
        text, CalendarRanges::number, "a year or a range of years, such as 2026 or 2026:2028");
  }

  /** A time zone; UTC if the name is empty. */
  public static ZoneId zone(String name) {
    try {
      if (name.equals("Local")) {
        return ZoneId.systemDefault();
      }
      return ZoneId.of(FIXED_ZONES.getOrDefault(name, name));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "a time zone of the IANA database, such as Europe/Berlin or UTC", e);
    }
  }

  private static Range ascending(
      String text, Function<String, OptionalInt> member, String expected) {
    Range range = range(text, member, expected);
    if (range.begin() > range.end()) {
      throw new IllegalArgumentException(expected + "; the end is not before the begin");
    }
    return range;
  }

  private static Range range(String text, Function<String, OptionalInt> member, String expected) {
    String[] ends = text.toLowerCase(Locale.ROOT).split(":", -1);
    OptionalInt begin = member.apply(ends[0]);
    OptionalInt end = member.apply(ends[ends.length - 1]);
    if (ends.length > 2 || begin.isEmpty() || end.isEmpty()) {
      throw new IllegalArgumentException(expected);
    }
    return new Range(begin.getAsInt(), end.getAsInt());
  }

  private static OptionalInt weekday(String text) {
    int day = WEEKDAYS.indexOf(text);
    return day < 0 ? OptionalInt.empty() : OptionalInt.of(day);
  }

  private static OptionalInt month(String text) {
    int month = MONTHS.indexOf(text);
    return month < 0 ? number(text) : OptionalInt.of(month + 1);
  }

  private static OptionalInt number(String text) {
    return text.matches("[+-]?[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  private static boolean isDay(int day) {
    return day != 0 && Math.abs(day) <= LONGEST_MONTH;
  }

  private static int inShortestMonth(int day) {
    return day < 0 ? SHORTEST_MONTH + day : day;
  }
}
