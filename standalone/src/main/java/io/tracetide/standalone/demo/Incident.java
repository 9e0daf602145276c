package io.tracetide.standalone.demo;

import java.time.Duration;

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
    NONE("runs"),
    /** Its approval is requested and does not come for long. */
    WAITS("waits for an approval"),
    /** A step of it is begun and not heard of for long. */
    SILENT("falls silent in a step"),
    /** It is approved by somebody who may not. */
    UNAPPROVED("is executed without the approval of a lead");

    private final String what;

    Kind(String what) {
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
    return switch (kind) {
      case NONE -> false;
      case WAITS, UNAPPROVED -> operation.equals(DemoFleet.APPROVAL);
      case SILENT -> operation.equals(DemoFleet.EXECUTE_STEP);
    };
  }
}
