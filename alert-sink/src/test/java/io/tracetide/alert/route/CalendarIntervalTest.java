package io.tracetide.alert.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.route.CalendarInterval.Range;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarIntervalTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void shouldContainEveryTimeWhenNothingIsRestricted() {
    assertThat(interval("", "", "", "", "").contains(Instant.EPOCH)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-30T08:00:00Z, true", // Monday, 09:00 in Berlin
    "2026-11-30T07:59:59Z, false",
    "2026-11-30T15:59:59Z, true",
    "2026-11-30T16:00:00Z, false",
    "2026-11-29T12:00:00Z, false", // Sunday
    "2026-07-06T07:00:00Z, true", // 09:00 in summer
    "2026-07-06T06:59:00Z, false",
  })
  void shouldUseTheClockOfTheZone(Instant time, boolean contained) {
    CalendarInterval business =
        new CalendarInterval(
            List.of(CalendarRanges.times("09:00", "17:00")),
            List.of(CalendarRanges.weekdays("Monday:Friday")),
            List.of(),
            List.of(),
            List.of(),
            BERLIN);

    assertThat(business.contains(time)).isEqualTo(contained);
  }

  /** 2026-03-29 02:00 becomes 03:00, and 2026-10-25 03:00 becomes 02:00. */
  @ParameterizedTest
  @CsvSource({
    "2026-03-29T00:59:59Z, false",
    "2026-03-29T01:00:00Z, false",
    "2026-10-25T00:00:00Z, true",
    "2026-10-25T00:59:59Z, true",
    "2026-10-25T01:00:00Z, true",
    "2026-10-25T01:59:59Z, true",
    "2026-10-25T02:00:00Z, false",
  })
  void shouldSkipAndRepeatTheHourWhenTheClockIsSet(Instant time, boolean contained) {
    CalendarInterval night =
        new CalendarInterval(
            List.of(CalendarRanges.times("02:00", "03:00")),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            BERLIN);

    assertThat(night.contains(time)).isEqualTo(contained);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 2026-02-28T00:00:00Z, true",
    "-1, 2028-02-28T00:00:00Z, false",
    "-1, 2028-02-29T00:00:00Z, true",
    "-7:-1, 2026-04-24T00:00:00Z, true",
    "-7:-1, 2026-04-23T00:00:00Z, false",
    "25:-1, 2026-04-30T00:00:00Z, true",
    "29:31, 2026-02-28T00:00:00Z, false",
    "30:31, 2026-04-30T00:00:00Z, true",
    "-31, 2026-02-01T00:00:00Z, false",
    "-31:-1, 2026-02-01T00:00:00Z, true",
    "1, 2026-02-01T00:00:00Z, true",
  })
  void shouldCountDaysFromTheEndOfTheMonth(String days, Instant time, boolean contained) {
    assertThat(interval("", "", days, "", "").contains(time)).isEqualTo(contained);
  }

  @Test
  void shouldRequireOneRangeOfEachKind() {
    CalendarInterval interval = interval("00:00-24:00", "saturday", "", "May:august", "2026:2027");

    assertThat(interval.contains(Instant.parse("2026-05-02T23:59:59Z"))).isTrue();
    assertThat(interval.contains(Instant.parse("2026-05-03T00:00:00Z"))).isFalse();
    assertThat(interval.contains(Instant.parse("2026-09-05T00:00:00Z"))).isFalse();
    assertThat(interval.contains(Instant.parse("2028-05-06T00:00:00Z"))).isFalse();
  }

  @Test
  void shouldReadNamesAndNumbers() {
    assertThat(CalendarRanges.months("1:March")).isEqualTo(new Range(1, 3));
    assertThat(CalendarRanges.weekdays("sunday")).isEqualTo(new Range(0, 0));
    assertThat(CalendarRanges.years("2026")).isEqualTo(new Range(2026, 2026));
    assertThat(CalendarRanges.times("22:30", "24:00")).isEqualTo(new Range(1_350, 1_440));
    assertThat(CalendarRanges.zone("")).isEqualTo(ZoneId.of("UTC"));
    assertThat(CalendarRanges.zone("EST").getRules().isFixedOffset()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"friday:monday", "mon", "1:5", "monday:tuesday:friday", "", ":monday"})
  void shouldRefuseOtherWeekdays(String text) {
    assertThatThrownBy(() -> CalendarRanges.weekdays(text)).hasMessageContaining("monday:friday");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "32", "-32", "5:1", "-1:-7", "-5:20", "30:-1x", "1:-28", "a"})
  void shouldRefuseOtherDaysOfTheMonth(String text) {
    assertThatThrownBy(() -> CalendarRanges.daysOfMonth(text)).hasMessageContaining("-7:-1");
  }

  @Test
  void shouldRefuseOtherTimesMonthsYearsAndZones() {
    assertThatThrownBy(() -> CalendarRanges.minute("9:00")).hasMessageContaining("09:30");
    assertThatThrownBy(() -> CalendarRanges.minute("24:01")).hasMessageContaining("24:00");
    assertThatThrownBy(() -> CalendarRanges.times("22:00", "06:00"))
        .hasMessageContaining("midnight");
    assertThatThrownBy(() -> CalendarRanges.months("13")).hasMessageContaining("1 to 12");
    assertThatThrownBy(() -> CalendarRanges.months("may:april")).hasMessageContaining("end");
    assertThatThrownBy(() -> CalendarRanges.years("2028:2026")).hasMessageContaining("end");
    assertThatThrownBy(() -> CalendarRanges.zone("Mars/Base")).hasMessageContaining("IANA");
  }

  private static CalendarInterval interval(
      String times, String weekdays, String days, String months, String years) {
    return new CalendarInterval(
        times.isEmpty()
            ? List.of()
            : List.of(CalendarRanges.times(times.substring(0, 5), times.substring(6))),
        weekdays.isEmpty() ? List.of() : List.of(CalendarRanges.weekdays(weekdays)),
        days.isEmpty() ? List.of() : List.of(CalendarRanges.daysOfMonth(days)),
        months.isEmpty() ? List.of() : List.of(CalendarRanges.months(months)),
        years.isEmpty() ? List.of() : List.of(CalendarRanges.years(years)),
        ZoneId.of("UTC"));
  }
}
