package io.tracetide.processor.ledger.trace;

/** The state of a trace. */
public sealed interface LifecycleState {

  /** Name in query results, in lower case. */
  String label();

  /** Started, with recent events. */
  record Running() implements LifecycleState {
    @Override
    public String label() {
      return "running";
    }
  }

  /**
   * Started, and without events for longer than allowed.
   *
   * @param sinceMs when the allowed time was exceeded, milliseconds since the epoch
   * @param boundMs allowed time without events, milliseconds
   */
  record Stuck(long sinceMs, long boundMs) implements LifecycleState {
    @Override
    public String label() {
      return "stuck";
    }
  }

  /**
   * Without events for so long that no further ones are expected. A later end is still counted.
   *
   * @param sinceMs when it was abandoned, milliseconds since the epoch
   */
  record Abandoned(long sinceMs) implements LifecycleState {
    @Override
    public String label() {
      return "abandoned";
    }
  }

  /** Ended successfully. */
  record Completed(long endedAtMicros) implements LifecycleState {
    @Override
    public String label() {
      return "completed";
    }
  }

  /**
   * Ended in an error.
   *
   * @param errorType class or code of the error; empty when none was reported
   * @param errorMessage message of the error; empty when none was reported
   */
  record Failed(long endedAtMicros, String errorType, String errorMessage)
      implements LifecycleState {
    @Override
    public String label() {
      return "failed";
    }
  }

  /** Was cancelled. */
  record Cancelled(long endedAtMicros) implements LifecycleState {
    @Override
    public String label() {
      return "cancelled";
    }
  }
}
