package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * The steps of a trace by time. When there are too many, steps that are not workflow events are
 * dropped first; of both kinds the first quarter and the newest ones are kept. The result does not
 * depend on the order in which steps are added.
 */
final class FollowedSteps {

  private static final Comparator<TraceStep> ORDER =
      Comparator.comparingLong(TraceStep::atMicros)
          .thenComparing(TraceStep::kind)
          .thenComparing(TraceStep::service)
          .thenComparing(TraceStep::operation)
          .thenComparing(TraceStep::spanId)
          .thenComparing(TraceStep::name)
          .thenComparing(step -> new TreeMap<>(step.attributes()).toString());

  private final List<TraceStep> understood = new ArrayList<>();
  private final List<TraceStep> others = new ArrayList<>();
  private int dropped;
  private int chars;

  /**
   * Adds a step, unless it is there already.
   *
   * @return number of dropped steps
   */
  int add(TraceStep step, LedgerConfig.Limits limits) {
    List<TraceStep> alike = alike(step);
    int place = Collections.binarySearch(alike, step, ORDER);
    if (place >= 0) {
      return 0;
    }
    alike.add(-place - 1, step);
    chars += chars(step);
    int gone = 0;
    while (size() > limits.steps() || (chars > limits.stepCharacters() && size() > 1)) {
      chars -= chars(drop(limits.steps()));
      dropped++;
      gone++;
    }
    return gone;
  }

  /* Each workflow event leaves one place less for the others; the ones that are then kept are a
   * subset of those kept before, so the order of additions does not matter. */
  private TraceStep drop(int most) {
    if (others.isEmpty()) {
      return dropOf(understood, most);
    }
    return dropOf(others, Math.max(0, most - understood.size()));
  }

  private static TraceStep dropOf(List<TraceStep> steps, int most) {
    return steps.remove(Math.min(most, steps.size() - 1) / 4);
  }

  private List<TraceStep> alike(TraceStep step) {
    return step.kind().isUnderstood() ? understood : others;
  }

  private int size() {
    return understood.size() + others.size();
  }

  /**
   * Drops half of the steps.
   *
   * @return number of dropped steps
   */
  int halve() {
    int most = size() / 2;
    int gone = 0;
    while (size() > most) {
      chars -= chars(drop(most));
      dropped++;
      gone++;
    }
    return gone;
  }

  /** Characters of all steps. */
  int chars() {
    return chars;
  }

  List<TraceStep> all() {
    List<TraceStep> all = new ArrayList<>(size());
    all.addAll(understood);
    all.addAll(others);
    all.sort(ORDER);
    return all;
  }

  int dropped() {
    return dropped;
  }

  private static int chars(TraceStep step) {
    int chars = step.name().length() + step.service().length() + step.operation().length();
    chars += step.spanId().length();
    for (var attribute : step.attributes().entrySet()) {
      chars += attribute.getKey().length() + attribute.getValue().length();
    }
    return chars;
  }

  void write(FactWriter out) {
    List<TraceStep> steps = all();
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
      alike(step).add(step);
      chars += chars(step);
    }
  }
}
