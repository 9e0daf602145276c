package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that the traces that it is about must keep to: a contract, or a control. */
public interface TraceRule {

  boolean appliesTo(TraceSnapshot trace);

  /** Says what is wrong with a trace that it applies to. */
  void judge(Timeline timeline, long nowMs, VerdictBuilder ruling);

  /** Which plain work may break it. */
  JudgeInterest concern();

  /** The same, of an operation. */
  JudgeInterest concern(String tenant, String service, String operation);

  /** A judge who holds all of them against each trace. */
  static TraceJudge judgeOf(List<? extends TraceRule> rules) {
    return rules.isEmpty() ? TraceJudge.LENIENT : new Judge(List.copyOf(rules));
  }

  /** Holds rules against single traces. */
  record Judge(List<TraceRule> rules) implements TraceJudge {

    @Override
    public Verdict judge(TraceSnapshot trace, long nowMs) {
      @Nullable Timeline timeline = null;
      VerdictBuilder ruling = new VerdictBuilder();
      for (TraceRule rule : rules) {
        if (rule.appliesTo(trace)) {
          timeline = timeline == null ? Timeline.of(trace) : timeline;
          rule.judge(timeline, nowMs, ruling);
        }
      }
      return ruling.verdict();
    }

    @Override
    public JudgeInterest concerns(String tenant, String service, String operation) {
      JudgeInterest all = JudgeInterest.NONE;
      for (TraceRule rule : rules) {
        all = all.or(rule.concern(tenant, service, operation));
      }
      return all;
    }

    @Override
    public boolean looksAtPlainWork() {
      return rules.stream().anyMatch(rule -> !rule.concern().equals(JudgeInterest.NONE));
    }
  }
}
