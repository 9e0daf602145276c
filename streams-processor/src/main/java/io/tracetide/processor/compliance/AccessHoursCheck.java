package io.tracetide.processor.compliance;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.schemas.AnomalyKind;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** Checks {@link ControlConfig.AccessHours}. */
final class AccessHoursCheck implements ControlCheck {
  private final String timeZone;
  private final ZoneId zone;
  private final Set<DayOfWeek> days;
  private final LocalTime from;
  private final LocalTime to;

  AccessHoursCheck(ControlConfig.AccessHours config) {
    this.timeZone = config.timeZone();
    this.zone = ZoneId.of(config.timeZone());
    this.days = config.days();
    this.from = LocalTime.parse(config.from());
    this.to = LocalTime.parse(config.to());
  }

  @Override
  public JudgeInterest interest() {
    return JudgeInterest.ALL;
  }

  @Override
  public Optional<Violation> check(
      Timeline timeline, long nowMs, Consumer<OptionalLong> judgeAgain) {
    OptionalLong start = timeline.trace().startedAtMicros();
    if (start.isEmpty()) {
      return Optional.empty();
    }
    ZonedDateTime began =
        Instant.ofEpochMilli(Math.floorDiv(start.getAsLong(), 1_000L)).atZone(zone);
    return isWithin(began) ? Optional.empty() : Optional.of(violation(began));
  }

  private Violation violation(ZonedDateTime began) {
    return new Violation(
        AnomalyKind.ACCESS_HOURS,
        Map.of("hour_of_day", hours(began.toLocalTime())),
        Map.of("from_hour_of_day", hours(from), "to_hour_of_day", hours(to)),
        "it began on a %s at %tR %s, outside of the hours"
            .formatted(
                began.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ROOT), began, timeZone));
  }

  private static double hours(LocalTime time) {
    return time.toSecondOfDay() / 3_600.0;
  }

  private boolean isWithin(ZonedDateTime began) {
    LocalTime time = began.toLocalTime();
    DayOfWeek day = began.getDayOfWeek();
    if (from.equals(to)) {
      return days.contains(day);
    }
    if (from.isBefore(to)) {
      return days.contains(day) && !time.isBefore(from) && time.isBefore(to);
    }
    // Hours past midnight belong to the day on which they began.
    return (days.contains(day) && !time.isBefore(from))
        || (days.contains(day.minus(1)) && time.isBefore(to));
  }
}
