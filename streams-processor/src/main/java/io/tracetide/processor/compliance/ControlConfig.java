package io.tracetide.processor.compliance;

import io.tracetide.processor.contract.WorkflowMatch;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import io.tracetide.schemas.Severity;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One control. Which keys count depends on its type.
 *
 * @param name names the control within its framework
 * @param type what it looks at
 * @param match which traces it is about
 * @param severity how much a violation matters
 * @param approvers of REQUIRED_APPROVAL: globs of approvers, each of which must be met; {@code |}
 *     between alternatives
 * @param before of REQUIRED_APPROVAL: step before which they must have approved, see {@code
 *     StepPattern}; when empty, before the end
 * @param sequence of FORBIDDEN_SEQUENCE: steps, at least two, that must not come in this order
 * @param unless of FORBIDDEN_SEQUENCE: step that makes it right when it comes in between; empty for
 *     none
 * @param timeZone of ACCESS_HOURS
 * @param days of ACCESS_HOURS: days on which work may begin; of a night that ends on the next day,
 *     the day on which it began
 * @param from of ACCESS_HOURS: first time of day at which it may
 * @param to of ACCESS_HOURS: first time of day at which it may no longer; before {@code from} when
 *     the hours go past midnight, the same for the whole day
 * @param classes of PERSONAL_DATA: classes that count, such as {@code email}; empty for all
 * @param keepAtMost of RETENTION: how long contexts and records may be kept
 */
public record ControlConfig(
    @Required String name,
    @Required ControlType type,
    WorkflowMatch match,
    Severity severity,
    List<String> approvers,
    String before,
    List<String> sequence,
    String unless,
    String timeZone,
    Set<DayOfWeek> days,
    String from,
    String to,
    Set<String> classes,
    Optional<Duration> keepAtMost) {

  public ControlConfig {
    approvers = List.copyOf(approvers);
    sequence = List.copyOf(sequence);
    days = Set.copyOf(days);
    classes = Set.copyOf(classes);
    Checks checks =
        Checks.check()
            .notBlank("name", name)
            .that(isZone(timeZone), "timeZone", timeZone, "a time zone such as Europe/Berlin")
            .that(isTime(from), "from", from, "a time of day such as 07:00")
            .that(isTime(to), "to", to, "a time of day such as 19:00");
    switch (type) {
      case REQUIRED_APPROVAL ->
          checks.that(
              !approvers.isEmpty() && approvers.stream().noneMatch(String::isBlank),
              "approvers",
              approvers,
              "who must approve, such as [\"*\"]");
      case FORBIDDEN_SEQUENCE ->
          checks.that(
              sequence.size() >= 2 && sequence.stream().noneMatch(String::isBlank),
              "sequence",
              sequence,
              "at least two steps");
      case ACCESS_HOURS ->
          checks.that(!days.isEmpty(), "days", days, "at least one day, such as monday");
      case RETENTION ->
          checks.that(
              keepAtMost.filter(d -> !d.isZero() && !d.isNegative()).isPresent(),
              "keepAtMost",
              keepAtMost.map(Object::toString).orElse(""),
              "a duration longer than 0, such as 30d");
      case FOUR_EYES, PERSONAL_DATA -> {}
    }
    checks.done();
  }

  public static ControlConfig defaults() {
    return new ControlConfig(
        "control",
        ControlType.FOUR_EYES,
        WorkflowMatch.ALL,
        Severity.HIGH,
        List.of(),
        "",
        List.of(),
        "",
        "UTC",
        Set.of(
            DayOfWeek.MONDAY,
            DayOfWeek.TUESDAY,
            DayOfWeek.WEDNESDAY,
            DayOfWeek.THURSDAY,
            DayOfWeek.FRIDAY),
        "00:00",
        "00:00",
        Set.of(),
        Optional.empty());
  }

  private static boolean isZone(String text) {
    try {
      return !ZoneId.of(text).getId().isEmpty();
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isTime(String text) {
    try {
      return !LocalTime.parse(text).toString().isEmpty();
    } catch (DateTimeException e) {
      return false;
    }
  }
}
