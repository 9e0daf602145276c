package io.tracetide.processor.contract;

import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.processor.workflow.TraceRule;
import io.tracetide.processor.workflow.VerdictBuilder;
import io.tracetide.processor.workflow.WorkflowFilter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A compiled contract; judges single traces by its clauses. */
final class Contract implements TraceRule {

  private final ContractConfig config;
  private final WorkflowFilter filter;
  private final List<Clause> clauses;

  Contract(ContractConfig config) {
    this.config = config;
    this.filter = new WorkflowFilter(config.match());
    this.clauses = clauses(config);
  }

  /** The clauses that the configuration has. */
  static List<Clause> clauses(ContractConfig config) {
    return Stream.of(
            MaxSilence.of(config),
            StepOrder.of(config),
            StepDurations.of(config),
            RequiredApprovals.of(config),
            RequiredContext.of(config),
            MaxLatency.of(config),
            DeadlineClause.of(config))
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public boolean appliesTo(TraceSnapshot trace) {
    return filter.matches(trace);
  }

  @Override
  public JudgeInterest interest() {
    return clauses.stream().map(Clause::interest).reduce(JudgeInterest.NONE, JudgeInterest::or);
  }

  @Override
  public JudgeInterest interest(String tenant, String service, String operation) {
    return filter.narrow(interest(), tenant, service, operation);
  }

  @Override
  public void judge(Timeline timeline, long nowMs, VerdictBuilder verdict) {
    ClauseReport report = new ClauseReport(config, verdict);
    clauses.forEach(clause -> clause.judge(timeline, nowMs, report));
  }
}
