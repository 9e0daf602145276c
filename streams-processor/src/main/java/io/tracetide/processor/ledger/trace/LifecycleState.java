package io.tracetide.processor.ledger.trace;

/** Where a trace stands. */
public sealed interface LifecycleState {

  /** Its name in answers, in lower case. */
  String label();

  /** Started, and heard of lately. */
  record Running() implements LifecycleState {
    @Override
    public String label() {
      return "running";
    }
  }

  /**
   * Started, and silent for longer than it may be.
   *
   * @param sinceMs when it went beyond, milliseconds since the epoch
   * @param boundMs how long it may be silent
   */
  record Stuck(long sinceMs, long boundMs) implements LifecycleState {
    @Override
    public String label() {
      return "stuck";
    }
  }

  /**
   * Silent for so long that nothing more is expected. An end that comes all the same still counts.
   *
   * @param sinceMs when it was given up, milliseconds since the epoch
   */
  record Abandoned(long sinceMs) implements LifecycleState {
    @Override
    public String label() {
      return "abandoned";
    }
  }

  /** Ended well. */
  record Completed(long endedAtMicros) implements LifecycleState {
    @Override
    public String label() {
      return "completed";
    }
  }

  /**
   * Ended in an error.
   *
   * @param errorType class or code of the error; empty when none was told
   * @param errorMessage for humans; empty when none was told
   */
  record Failed(long endedAtMicros, String errorType, String errorMessage)
      implements LifecycleState {
    @Override
    public String label() {
      return "failed";
    }
  }

  /** Was called off. */
  record Cancelled(long endedAtMicros) implements LifecycleState {
    @Override
    public String label() {
      return "cancelled";
    }
  }
}
