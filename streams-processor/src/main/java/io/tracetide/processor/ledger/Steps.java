package io.tracetide.processor.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * What happened in a trace, by time. Of too many steps the first quarter and the newest ones stay:
 * those are the same ones in whatever order the steps come.
 */
final class Steps {

  private static final Comparator<TraceStep> ORDER =
      Comparator.comparingLong(TraceStep::atMicros)
          .thenComparing(TraceStep::kind)
          .thenComparing(TraceStep::service)
          .thenComparing(TraceStep::operation)
          .thenComparing(TraceStep::spanId)
          .thenComparing(TraceStep::name)
          .thenComparing(step -> new TreeMap<>(step.attributes()).toString());

  private final List<TraceStep> steps = new ArrayList<>();
  private int dropped;
  private int chars;

  /**
   * Adds a step, unless it is there already.
   *
   * @return how many had to go
   */
  int add(TraceStep step, LedgerConfig.Limits limits) {
    int place = Collections.binarySearch(steps, step, ORDER);
    if (place >= 0) {
      return 0;
    }
    steps.add(-place - 1, step);
    chars += chars(step);
    int gone = 0;
    while (steps.size() > limits.steps() || (chars > limits.stepCharacters() && steps.size() > 1)) {
      chars -= chars(steps.remove(Math.min(limits.steps(), steps.size() - 1) / 4));
      dropped++;
      gone++;
    }
    return gone;
  }

  List<TraceStep> all() {
    return steps;
  }

  int dropped() {
    return dropped;
  }

  private static int chars(TraceStep step) {
    int chars = step.name().length() + step.operation().length();
    for (var attribute : step.attributes().entrySet()) {
      chars += attribute.getKey().length() + attribute.getValue().length();
    }
    return chars;
  }

  void write(FactWriter out) {
    out.number(dropped).number(steps.size());
    for (TraceStep step : steps) {
      out.signed(step.atMicros())
          .name(step.kind())
          .text(step.service())
          .text(step.operation())
          .text(step.spanId())
          .text(step.name())
          .texts(step.attributes());
    }
  }

  void read(FactReader in) {
    dropped = (int) in.number();
    for (int i = in.count(); i > 0; i--) {
      TraceStep step =
          new TraceStep(
              in.signed(),
              in.name(TraceStep.Kind.class),
              in.text(),
              in.text(),
              in.text(),
              in.text(),
              in.texts());
      steps.add(step);
      chars += chars(step);
    }
  }
}
