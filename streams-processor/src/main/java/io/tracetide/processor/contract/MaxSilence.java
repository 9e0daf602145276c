package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.workflow.Timeline;
import java.time.Duration;
import java.util.Optional;

/** Clause: time without events after which a trace is stuck ({@code maxSilence}). */
record MaxSilence(Duration longest) implements Clause {

  static Optional<Clause> of(ContractConfig config) {
    return config.maxSilence().map(MaxSilence::new);
  }

  /** A finished span is never silent. */
  @Override
  public JudgeInterest interest() {
    return JudgeInterest.NONE;
  }

  @Override
  public void judge(Timeline timeline, long nowMs, ClauseReport report) {
    report.verdict().allowSilence(longest);
  }
}
