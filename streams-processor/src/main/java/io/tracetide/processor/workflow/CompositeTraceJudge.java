package io.tracetide.processor.workflow;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import java.util.List;

/** A judge that reports the breaches of several judges. */
public final class CompositeTraceJudge implements TraceJudge {

  private final List<TraceJudge> judges;

  private CompositeTraceJudge(List<TraceJudge> judges) {
    this.judges = judges;
  }

  public static TraceJudge of(List<TraceJudge> judges) {
    List<TraceJudge> strict = judges.stream().filter(judge -> judge != LENIENT).toList();
    if (strict.isEmpty()) {
      return LENIENT;
    }
    return strict.size() == 1 ? strict.get(0) : new CompositeTraceJudge(strict);
  }

  @Override
  public Verdict judge(TraceSnapshot trace, long nowMs) {
    VerdictBuilder verdict = new VerdictBuilder();
    for (TraceJudge judge : judges) {
      verdict.addAll(judge.judge(trace, nowMs));
    }
    return verdict.verdict();
  }

  @Override
  public JudgeInterest interest(String tenant, String service, String operation) {
    JudgeInterest all = JudgeInterest.NONE;
    for (TraceJudge judge : judges) {
      all = all.or(judge.interest(tenant, service, operation));
    }
    return all;
  }

  @Override
  public boolean judgesOrdinarySpans() {
    return judges.stream().anyMatch(TraceJudge::judgesOrdinarySpans);
  }
}
