package io.tracetide.processor.compliance;

import io.tracetide.processor.workflow.WorkflowMatch;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.KindKey;
import io.tracetide.runtime.config.Required;
import io.tracetide.schemas.Severity;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One control; its type is one of the permitted records. */
@KindKey("type")
public sealed interface ControlConfig {

  /** Name of the control, unique in its framework. */
  String name();

  /** Which traces it applies to. */
  WorkflowMatch match();

  /** Severity of a violation. */
  Severity severity();

  /** Makes the check of the control. */
  ControlCheck check();

  /**
   * Approvals must exist before a step, or before the end.
   *
   * @param approvers globs of approvers; each must match an approver; {@code |} separates
   *     alternatives
   * @param before step before which they must have approved, see {@code StepPattern}; when empty,
   *     before the end
   */
  record RequiredApproval(
      @Required String name,
      WorkflowMatch match,
      Severity severity,
      @Required List<String> approvers,
      String before)
      implements ControlConfig {

    public RequiredApproval {
      approvers = List.copyOf(approvers);
      Checks.check()
          .notBlank("name", name)
          .that(
              !approvers.isEmpty() && approvers.stream().noneMatch(String::isBlank),
              "approvers",
              approvers,
              "names or globs of approvers, such as [\"*\"]")
          .done();
    }

    public static RequiredApproval defaults() {
      return new RequiredApproval("control", WorkflowMatch.ALL, Severity.HIGH, List.of("*"), "");
    }

    @Override
    public ControlCheck check() {
      return new RequiredApprovalCheck(this);
    }
  }

  /** An approver is known, and is neither the requester nor the user of the trace's context. */
  record FourEyes(@Required String name, WorkflowMatch match, Severity severity)
      implements ControlConfig {

    public FourEyes {
      Checks.check().notBlank("name", name).done();
    }

    public static FourEyes defaults() {
      return new FourEyes("control", WorkflowMatch.ALL, Severity.HIGH);
    }

    @Override
    public ControlCheck check() {
      return new FourEyesCheck();
    }
  }

  /**
   * Some steps must not come in this order.
   *
   * @param sequence steps, at least two
   * @param unless step that permits the order when it comes in between; empty for none
   */
  record ForbiddenSequence(
      @Required String name,
      WorkflowMatch match,
      Severity severity,
      @Required List<String> sequence,
      String unless)
      implements ControlConfig {

    public ForbiddenSequence {
      sequence = List.copyOf(sequence);
      Checks.check()
          .notBlank("name", name)
          .that(
              sequence.size() >= 2 && sequence.stream().noneMatch(String::isBlank),
              "sequence",
              sequence,
              "at least two steps")
          .done();
    }

    public static ForbiddenSequence defaults() {
      return new ForbiddenSequence(
          "control", WorkflowMatch.ALL, Severity.HIGH, List.of("*", "*"), "");
    }

    @Override
    public ControlCheck check() {
      return new ForbiddenSequenceCheck(this);
    }
  }

  /**
   * Traces begin within given hours of given days.
   *
   * @param days days on which a trace may begin; hours past midnight belong to the day on which
   *     they began
   * @param from earliest time of day, inclusive
   * @param to latest time of day, exclusive; before {@code from} when the hours go past midnight,
   *     equal to {@code from} for the whole day
   */
  record AccessHours(
      @Required String name,
      WorkflowMatch match,
      Severity severity,
      String timeZone,
      Set<DayOfWeek> days,
      String from,
      String to)
      implements ControlConfig {

    public AccessHours {
      // In the order of the week, so that printed defaults and digests of them do not vary.
      days = Collections.unmodifiableSet(new TreeSet<>(days));
      Checks.check()
          .notBlank("name", name)
          .that(isZone(timeZone), "timeZone", timeZone, "a time zone such as Europe/Berlin")
          .that(!days.isEmpty(), "days", days, "at least one day, such as monday")
          .that(isTime(from), "from", from, "a time of day such as 07:00")
          .that(isTime(to), "to", to, "a time of day such as 19:00")
          .done();
    }

    public static AccessHours defaults() {
      return new AccessHours(
          "control",
          WorkflowMatch.ALL,
          Severity.HIGH,
          "UTC",
          EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
          "00:00",
          "00:00");
    }

    @Override
    public ControlCheck check() {
      return new AccessHoursCheck(this);
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

  /**
   * Events contain no personal data.
   *
   * @param classes classes of personal data that are checked, such as {@code email}; empty for all
   */
  record PersonalData(
      @Required String name, WorkflowMatch match, Severity severity, Set<String> classes)
      implements ControlConfig {

    public PersonalData {
      classes = Set.copyOf(classes);
      Checks.check().notBlank("name", name).done();
    }

    public static PersonalData defaults() {
      return new PersonalData("control", WorkflowMatch.ALL, Severity.HIGH, Set.of());
    }

    @Override
    public ControlCheck check() {
      return new PersonalDataCheck(this);
    }
  }

  /**
   * Contexts are removed within a time, and records are kept no longer than that.
   *
   * @param keepAtMost how long contexts and records may be kept
   */
  record Retention(
      @Required String name, WorkflowMatch match, Severity severity, @Required Duration keepAtMost)
      implements ControlConfig {

    public Retention {
      Checks.check()
          .notBlank("name", name)
          .that(
              !keepAtMost.isZero() && !keepAtMost.isNegative(),
              "keepAtMost",
              keepAtMost,
              "a duration longer than 0, such as 30d")
          .done();
    }

    public static Retention defaults() {
      return new Retention("control", WorkflowMatch.ALL, Severity.HIGH, Duration.ofDays(30));
    }

    @Override
    public ControlCheck check() {
      return new RetentionCheck(this);
    }
  }
}
