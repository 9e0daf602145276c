package io.tracetide.processor.workflow;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule for single traces: a contract or a control. */
public interface TraceRule {

  boolean appliesTo(TraceSnapshot trace);

  /** Adds the breaches of a trace that it applies to. */
  void judge(Timeline timeline, long nowMs, VerdictBuilder verdict);

  /** Which ordinary finished spans may break it. */
  JudgeInterest interest();

  /** The same for spans of one operation. */
  JudgeInterest interest(String tenant, String service, String operation);

  /** A judge that applies all rules to each trace. */
  static TraceJudge judgeOf(List<? extends TraceRule> rules) {
    return rules.isEmpty() ? TraceJudge.LENIENT : new Judge(List.copyOf(rules));
  }

  /** Applies rules to single traces. */
  record Judge(List<TraceRule> rules) implements TraceJudge {

    @Override
    public Verdict judge(TraceSnapshot trace, long nowMs) {
      @Nullable Timeline timeline = null;
      VerdictBuilder verdict = new VerdictBuilder();
      for (TraceRule rule : rules) {
        if (rule.appliesTo(trace)) {
          timeline = timeline == null ? Timeline.of(trace) : timeline;
          rule.judge(timeline, nowMs, verdict);
        }
      }
      return verdict.verdict();
    }

    @Override
    public JudgeInterest interest(String tenant, String service, String operation) {
      JudgeInterest all = JudgeInterest.NONE;
      for (TraceRule rule : rules) {
        all = all.or(rule.interest(tenant, service, operation));
      }
      return all;
    }

    @Override
    public boolean judgesOrdinarySpans() {
      return rules.stream().anyMatch(rule -> !rule.interest().equals(JudgeInterest.NONE));
    }
  }
}
