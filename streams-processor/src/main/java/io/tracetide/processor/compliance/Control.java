package io.tracetide.processor.compliance;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.contract.Approvers;
import io.tracetide.processor.contract.Expiry;
import io.tracetide.processor.contract.StepPattern;
import io.tracetide.processor.contract.Timeline;
import io.tracetide.processor.contract.TimelineEntry;
import io.tracetide.processor.contract.TraceRule;
import io.tracetide.processor.contract.VerdictBuilder;
import io.tracetide.processor.contract.Vocabulary;
import io.tracetide.processor.contract.WorkflowFilter;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A control made ready to be held against single traces. */
final class Control implements TraceRule {

  /** What is left of a masked value without a pseudonym: the same for everybody. */
  private static final Pattern NAMELESS = Pattern.compile("\\[[a-z][a-z0-9_-]*]");

  private final String framework;
  private final ControlConfig config;
  private final WorkflowFilter filter;
  private final Check check;

  /** Finds what is wrong with a trace. */
  @FunctionalInterface
  private interface Check {
    void judge(Timeline timeline, long nowMs, VerdictBuilder ruling);
  }

  Control(String framework, ControlConfig config) {
    this.framework = framework;
    this.config = config;
    this.filter = new WorkflowFilter(config.match());
    this.check =
        switch (config.type()) {
          case REQUIRED_APPROVAL -> requiredApproval();
          case FOUR_EYES -> this::judgeFourEyes;
          case FORBIDDEN_SEQUENCE -> forbiddenSequence();
          case ACCESS_HOURS -> accessHours();
          case PERSONAL_DATA -> this::judgePersonalData;
          case RETENTION -> retention();
        };
  }

  @Override
  public boolean appliesTo(TraceSnapshot trace) {
    return filter.matches(trace);
  }

  @Override
  public JudgeInterest concern() {
    return switch (config.type()) {
      case REQUIRED_APPROVAL ->
          concernOf(new Approvers(config.approvers(), config.before()).lookAtPlainWork());
      case FORBIDDEN_SEQUENCE ->
          concernOf(
              config.sequence().stream()
                  .map(StepPattern::of)
                  .allMatch(StepPattern::matchesPlainWork));
      case ACCESS_HOURS -> JudgeInterest.ALL;
      case PERSONAL_DATA -> JudgeInterest.naming(Vocabulary.MASKED);
      case FOUR_EYES, RETENTION -> JudgeInterest.NONE;
    };
  }

  private static JudgeInterest concernOf(boolean looks) {
    return looks ? JudgeInterest.ALL : JudgeInterest.NONE;
  }

  @Override
  public JudgeInterest concern(String tenant, String service, String operation) {
    // Personal data may be in any span, whatever its trace is.
    return config.type() == ControlType.PERSONAL_DATA
        ? concern()
        : filter.narrow(concern(), tenant, service, operation);
  }

  @Override
  public void judge(Timeline timeline, long nowMs, VerdictBuilder ruling) {
    check.judge(timeline, nowMs, ruling);
  }

  private Check requiredApproval() {
    Approvers approvers = new Approvers(config.approvers(), config.before());
    return (timeline, nowMs, ruling) ->
        approvers
            .missing(timeline)
            .ifPresent(
                missing ->
                    ruling.add(
                        breach(
                            AnomalyKind.APPROVAL,
                            Map.of("approvals", (double) missing.of() - missing.approvers().size()),
                            Map.of("approvals", (double) missing.of()),
                            "%s came without the approval of %s"
                                .formatted(
                                    missing.before(), String.join(" and ", missing.approvers())))));
  }

  private void judgeFourEyes(Timeline timeline, long nowMs, VerdictBuilder ruling) {
    int wrong = 0;
    String sentence = "";
    for (TraceStep step : timeline.trace().steps()) {
      if (isApproved(step)) {
        Optional<String> found = notTwoPeople(step, timeline.trace());
        if (found.isPresent()) {
          wrong++;
          sentence = found.get();
        }
      }
    }
    if (wrong > 0) {
      ruling.add(
          breach(
              AnomalyKind.APPROVAL,
              Map.of("approvals_without_second_person", (double) wrong),
              Map.of("approvals_without_second_person", 0.0),
              sentence));
    }
  }

  private static boolean isApproved(TraceStep step) {
    return Vocabulary.approval(step).filter(Vocabulary.Approval.APPROVED::equals).isPresent();
  }

  /** Names of people stay out of sentences, which go to chats and mails. */
  private static Optional<String> notTwoPeople(TraceStep approval, TraceSnapshot trace) {
    String approver = Vocabulary.approver(approval);
    if (approver.isEmpty()) {
      return Optional.of("an approval does not tell who gave it");
    }
    if (NAMELESS.matcher(approver).matches()) {
      return Optional.empty();
    }
    if (approver.equalsIgnoreCase(trace.context().getOrDefault("userId", "").strip())) {
      return Optional.of("the user that the work is for approved it");
    }
    boolean ownRequest =
        approver.equalsIgnoreCase(Vocabulary.requester(approval))
            || trace.steps().stream()
                .filter(step -> isRequestOf(step, approval))
                .anyMatch(request -> approver.equalsIgnoreCase(Vocabulary.requester(request)));
    return ownRequest ? Optional.of("who asked for an approval gave it, too") : Optional.empty();
  }

  private static boolean isRequestOf(TraceStep step, TraceStep approval) {
    return Vocabulary.approval(step).filter(Vocabulary.Approval.REQUESTED::equals).isPresent()
        && Vocabulary.isOfSameApproval(step, approval);
  }

  private Check forbiddenSequence() {
    List<StepPattern> sequence = config.sequence().stream().map(StepPattern::of).toList();
    Optional<StepPattern> unless =
        config.unless().isEmpty() ? Optional.empty() : Optional.of(StepPattern.of(config.unless()));
    return (timeline, nowMs, ruling) -> {
      if (holds(sequence, unless, timeline)) {
        ruling.add(
            breach(
                AnomalyKind.FORBIDDEN_SEQUENCE,
                Map.of("forbidden_sequences", 1.0),
                Map.of("forbidden_sequences", 0.0),
                String.join(", then ", config.sequence())
                    + unless.map(pattern -> ", without " + pattern).orElse("")));
      }
    };
  }

  /** What makes it right takes back everything that came before it. */
  private static boolean holds(
      List<StepPattern> sequence, Optional<StepPattern> unless, Timeline timeline) {
    int found = 0;
    for (TimelineEntry occurrence : timeline.occurrences()) {
      if (sequence.get(found).matches(occurrence)) {
        found++;
        if (found == sequence.size()) {
          return true;
        }
      } else if (unless.isPresent() && unless.get().matches(occurrence)) {
        found = 0;
      }
    }
    return false;
  }

  private Check accessHours() {
    ZoneId zone = ZoneId.of(config.timeZone());
    LocalTime from = LocalTime.parse(config.from());
    LocalTime to = LocalTime.parse(config.to());
    return (timeline, nowMs, ruling) -> {
      OptionalLong start = timeline.trace().startedAtMicros();
      if (start.isPresent()) {
        ZonedDateTime began =
            Instant.ofEpochMilli(Math.floorDiv(start.getAsLong(), 1_000L)).atZone(zone);
        if (!isWithin(began, from, to)) {
          ruling.add(
              breach(
                  AnomalyKind.ACCESS_HOURS,
                  Map.of("hour_of_day", began.toLocalTime().toSecondOfDay() / 3_600.0),
                  Map.of(
                      "from_hour_of_day",
                      from.toSecondOfDay() / 3_600.0,
                      "to_hour_of_day",
                      to.toSecondOfDay() / 3_600.0),
                  "it began on a %s at %tR %s, outside of the hours"
                      .formatted(
                          began.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ROOT),
                          began,
                          config.timeZone())));
        }
      }
    };
  }

  private boolean isWithin(ZonedDateTime began, LocalTime from, LocalTime to) {
    LocalTime time = began.toLocalTime();
    DayOfWeek day = began.getDayOfWeek();
    if (from.equals(to)) {
      return config.days().contains(day);
    }
    if (from.isBefore(to)) {
      return config.days().contains(day) && !time.isBefore(from) && time.isBefore(to);
    }
    // Past midnight: the night belongs to the day on which it began.
    return (config.days().contains(day) && !time.isBefore(from))
        || (config.days().contains(day.minus(1)) && time.isBefore(to));
  }

  private void judgePersonalData(Timeline timeline, long nowMs, VerdictBuilder ruling) {
    TraceSnapshot trace = timeline.trace();
    Set<String> found = new TreeSet<>();
    collect(trace.tags(), found);
    collect(trace.metadata(), found);
    trace.steps().forEach(step -> collect(step.attributes(), found));
    if (!config.classes().isEmpty()) {
      found.retainAll(
          config.classes().stream()
              .map(each -> each.strip().toLowerCase(Locale.ROOT))
              .collect(Collectors.toSet()));
    }
    if (!found.isEmpty()) {
      ruling.add(
          breach(
              AnomalyKind.PERSONAL_DATA,
              Map.of("classes_found", (double) found.size()),
              Map.of("classes_found", 0.0),
              "personal data was sent, and masked: " + String.join(", ", found)));
    }
  }

  private static void collect(Map<String, String> attributes, Set<String> found) {
    Arrays.stream(attributes.getOrDefault(Vocabulary.MASKED, "").split(",", -1))
        .map(each -> each.strip().toLowerCase(Locale.ROOT))
        .filter(each -> !each.isEmpty())
        .forEach(found::add);
  }

  private Check retention() {
    Duration longest = config.keepAtMost().orElseThrow();
    return (timeline, nowMs, ruling) -> {
      long elapsed = 0;
      for (TraceStep step : timeline.trace().steps()) {
        if (Vocabulary.isContextCreated(step)) {
          Expiry kept =
              new Expiry(
                  step.atMicros(), removed(step, timeline.trace()), longest.toNanos() / 1_000);
          ruling.judgeAgain(kept.exceededAtMs(nowMs));
          if (kept.isExceeded(nowMs)) {
            elapsed = Math.max(elapsed, kept.elapsedMicros(nowMs));
          }
        }
      }
      if (elapsed > 0) {
        ruling.add(
            breach(
                AnomalyKind.RETENTION,
                Map.of("kept_ms", elapsed / 1_000.0),
                Map.of("kept_ms", (double) longest.toMillis()),
                "a context was kept for %s, at most %s is allowed"
                    .formatted(
                        AnomalyValues.lasting(elapsed / 1_000),
                        AnomalyValues.lasting(longest.toMillis()))));
      }
    };
  }

  private static OptionalLong removed(TraceStep created, TraceSnapshot trace) {
    String id = contextId(created);
    return trace.steps().stream()
        .filter(step -> step.atMicros() >= created.atMicros())
        .filter(Vocabulary::isRemoved)
        .filter(step -> id.isEmpty() || contextId(step).isEmpty() || contextId(step).equals(id))
        .mapToLong(TraceStep::atMicros)
        .min();
  }

  private static String contextId(TraceStep step) {
    return Vocabulary.attribute(step, "contextId");
  }

  private Breach breach(
      AnomalyKind kind,
      Map<String, Double> observed,
      Map<String, Double> expected,
      String sentence) {
    return new Breach(
        Detector.COMPLIANCE,
        kind,
        framework + "." + config.name(),
        config.severity(),
        observed,
        expected,
        "control %s of %s is violated: %s".formatted(config.name(), framework, sentence));
  }
}
