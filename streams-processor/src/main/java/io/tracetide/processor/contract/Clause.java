package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.Timeline;

/** A requirement of a contract on single traces. Immutable. */
interface Clause {

  /** Which ordinary finished spans may break it. */
  JudgeInterest interest();

  /** Reports breaches of a trace, and when to judge the trace again. */
  void judge(Timeline timeline, long nowMs, ClauseReport report);
}
