package io.tracetide.standalone.demo;

import java.time.Duration;

/**
 * An incident of one workflow. After it the workflow continues to its end, and its anomalies are
 * resolved.
 *
 * @param kind of the incident
 * @param length duration of the affected step
 */
record Incident(Kind kind, Duration length) {

  /** Kinds of incidents. */
  enum Kind {
    /** No incident. */
    NONE("runs"),
    /** The approval is delayed. */
    WAITS("waits for an approval"),
    /** A step begins and sends no events for a long time. */
    SILENT("falls silent in a step"),
    /** The approver has no permission. */
    UNAPPROVED("is executed without the approval of a lead");

    private final String what;

    Kind(String what) {
      this.what = what;
    }

    /** Description of the workflow's behaviour. */
    String what() {
      return what;
    }
  }

  static final Incident NONE = new Incident(Kind.NONE, Duration.ZERO);

  /** Whether the incident affects this operation. */
  boolean isAbout(Operation operation) {
    return switch (kind) {
      case NONE -> false;
      case WAITS, UNAPPROVED -> operation.equals(DemoFleet.APPROVAL);
      case SILENT -> operation.equals(DemoFleet.EXECUTE_STEP);
    };
  }
}
