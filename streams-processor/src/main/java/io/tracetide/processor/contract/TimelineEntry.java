package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.TraceStep;

/**
 * A step of a trace that contracts may speak of.
 *
 * @param word its name, as names are compared
 * @param untilMicros when it was over; {@link #GOING_ON} when it is not
 */
public record TimelineEntry(TraceStep step, String word, long untilMicros) {

  /** Later than any time. */
  static final long GOING_ON = Long.MAX_VALUE;

  TraceStep.Kind kind() {
    return step.kind();
  }

  long atMicros() {
    return step.atMicros();
  }

  /** For people: with its kind where that says more. */
  String shown() {
    return step.kind().isUnderstood()
        ? Vocabulary.word(step.kind().name()) + ":" + step.name()
        : step.name();
  }
}
