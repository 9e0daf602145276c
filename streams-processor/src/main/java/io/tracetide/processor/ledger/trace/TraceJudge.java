package io.tracetide.processor.ledger.trace;

import java.util.List;
import java.util.OptionalLong;

/** Says what is wrong with a trace. The same snapshot and time always get the same verdict. */
@FunctionalInterface
public interface TraceJudge {

  /** Nothing is ever wrong. */
  TraceJudge LENIENT = (trace, nowMs) -> Verdict.FINE;

  /**
   * What holds at a moment.
   *
   * @param breaches everything that is wrong at that moment
   * @param allowedSilenceMs how long the trace may be silent before it is stuck; empty when that is
   *     for its own history to say
   * @param judgeAgainMs when the verdict changes if nothing more is heard, milliseconds since the
   *     epoch; empty when it does not
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
   * Which plain work of an operation may make a trace wrong, whose root it may be.
   *
   * @param service as the work's own event names it
   */
  default JudgeInterest interest(String tenant, String service, String operation) {
    return JudgeInterest.ALL;
  }

  /** Whether any plain work may; else {@link #interest} is not even asked. */
  default boolean judgesOrdinarySpans() {
    return true;
  }
}
