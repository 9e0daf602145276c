package io.tracetide.processor.compliance;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.processor.workflow.Vocabulary;
import io.tracetide.schemas.AnomalyKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Checks {@link ControlConfig.PersonalData}. */
final class PersonalDataCheck implements ControlCheck {
  private final Set<String> classes;

  PersonalDataCheck(ControlConfig.PersonalData config) {
    this.classes =
        config.classes().stream().map(PersonalDataCheck::word).collect(Collectors.toSet());
  }

  @Override
  public JudgeInterest interest() {
    return JudgeInterest.naming(Vocabulary.MASKED);
  }

  @Override
  public boolean coversEverySpan() {
    return true;
  }

  @Override
  public Optional<Violation> check(
      Timeline timeline, long nowMs, Consumer<OptionalLong> judgeAgain) {
    TraceSnapshot trace = timeline.trace();
    Set<String> found = new TreeSet<>();
    collect(trace.tags(), found);
    collect(trace.metadata(), found);
    trace.steps().forEach(step -> collect(step.attributes(), found));
    if (!classes.isEmpty()) {
      found.retainAll(classes);
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                AnomalyKind.PERSONAL_DATA,
                Map.of("classes_found", (double) found.size()),
                Map.of("classes_found", 0.0),
                "personal data was sent, and masked: " + String.join(", ", found)));
  }

  private static void collect(Map<String, String> attributes, Set<String> found) {
    Arrays.stream(attributes.getOrDefault(Vocabulary.MASKED, "").split(",", -1))
        .map(PersonalDataCheck::word)
        .filter(each -> !each.isEmpty())
        .forEach(found::add);
  }

  private static String word(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
