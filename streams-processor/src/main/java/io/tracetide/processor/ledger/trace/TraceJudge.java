package io.tracetide.processor.ledger.trace;

import java.util.List;
import java.util.OptionalLong;

/** Finds the breaches of a trace. A pure function of the snapshot and the time. */
@FunctionalInterface
public interface TraceJudge {

  /** A judge that finds no breaches. */
  TraceJudge LENIENT = (trace, nowMs) -> Verdict.FINE;

  /**
   * The result at one point in time.
   *
   * @param breaches all breaches at that time
   * @param allowedSilenceMs allowed time without events before the trace is stuck, milliseconds;
   *     empty to derive it from the operation's history
   * @param judgeAgainMs time at which the verdict changes without further events, milliseconds
   *     since the epoch; empty when it does not
   */
  record Verdict(List<Breach> breaches, OptionalLong allowedSilenceMs, OptionalLong judgeAgainMs) {

    static final Verdict FINE = new Verdict(List.of(), OptionalLong.empty(), OptionalLong.empty());

    public Verdict {
      breaches = List.copyOf(breaches);
    }
  }

  /**
   * Judges a trace.
   *
   * @param nowMs milliseconds since the epoch
   */
  Verdict judge(TraceSnapshot trace, long nowMs);

  /**
   * Which ordinary finished spans of an operation may cause a breach, as the root of their trace.
   *
   * @param service service in the span's own event
   */
  default JudgeInterest interest(String tenant, String service, String operation) {
    return JudgeInterest.ALL;
  }

  /**
   * Whether any ordinary finished span may cause a breach; if not, {@link #interest} is not called.
   */
  default boolean judgesOrdinarySpans() {
    return true;
  }
}
