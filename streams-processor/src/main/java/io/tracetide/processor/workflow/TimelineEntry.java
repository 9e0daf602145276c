package io.tracetide.processor.workflow;

import io.tracetide.processor.ledger.trace.TraceStep;

/**
 * A step of a trace with its end.
 *
 * @param word its name in the form in which names are compared
 * @param untilMicros its end, microseconds since the epoch; {@link #NOT_ENDED} when it has none yet
 */
public record TimelineEntry(TraceStep step, String word, long untilMicros) {

  /** The end of a step that has not ended; later than any time. */
  public static final long NOT_ENDED = Long.MAX_VALUE;

  public TraceStep.Kind kind() {
    return step.kind();
  }

  public long atMicros() {
    return step.atMicros();
  }

  /** Display text: the name, with the kind for workflow events. */
  public String shown() {
    return step.kind().isUnderstood()
        ? Vocabulary.word(step.kind().name()) + ":" + step.name()
        : step.name();
  }
}
