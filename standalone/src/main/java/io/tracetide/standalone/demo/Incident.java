package io.tracetide.standalone.demo;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong with one workflow, for as long as it takes; then the workflow goes on
 * to its end, and what was reported about it is resolved.
 *
 * @param kind what goes wrong
 * @param length how long the step takes that it is about
 */
record Incident(Kind kind, Duration length) {

  /** What may go wrong. */
  enum Kind {
    /** Nothing. */
    NONE(null, "runs"),
    /** Its approval is requested and does not come for long. */
    WAITS(Fleet.APPROVAL, "waits for an approval"),
    /** A step of it is begun and not heard of for long. */
    SILENT(Fleet.EXECUTE_STEP, "falls silent in a step"),
    /** It is approved by somebody who may not. */
    UNAPPROVED(Fleet.APPROVAL, "is executed without the approval of a lead");

    private final @Nullable Operation step;
    private final String what;

    Kind(@Nullable Operation step, String what) {
      this.step = step;
      this.what = what;
    }

    /** What the workflow does, for people. */
    String what() {
      return what;
    }
  }

  static final Incident NONE = new Incident(Kind.NONE, Duration.ZERO);

  /** Whether it is this operation that takes so long. */
  boolean isAbout(Operation operation) {
    return operation.equals(kind.step);
  }
}
