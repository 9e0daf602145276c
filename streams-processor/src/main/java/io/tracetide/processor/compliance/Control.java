package io.tracetide.processor.compliance;

import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.workflow.Timeline;
import io.tracetide.processor.workflow.TraceRule;
import io.tracetide.processor.workflow.VerdictBuilder;
import io.tracetide.processor.workflow.WorkflowFilter;
import io.tracetide.schemas.Detector;

/** A control of a framework as a rule for single traces. */
final class Control implements TraceRule {
  private final String framework;
  private final ControlConfig config;
  private final WorkflowFilter filter;
  private final ControlCheck check;

  Control(String framework, ControlConfig config) {
    this.framework = framework;
    this.config = config;
    this.filter = new WorkflowFilter(config.match());
    this.check = config.check();
  }

  @Override
  public boolean appliesTo(TraceSnapshot trace) {
    return filter.matches(trace);
  }

  @Override
  public JudgeInterest interest() {
    return check.interest();
  }

  @Override
  public JudgeInterest interest(String tenant, String service, String operation) {
    return check.coversEverySpan()
        ? check.interest()
        : filter.narrow(check.interest(), tenant, service, operation);
  }

  @Override
  public void judge(Timeline timeline, long nowMs, VerdictBuilder verdict) {
    check.check(timeline, nowMs, verdict::judgeAgain).map(this::breach).ifPresent(verdict::add);
  }

  private Breach breach(ControlCheck.Violation violation) {
    return new Breach(
        Detector.COMPLIANCE,
        violation.kind(),
        framework + "." + config.name(),
        config.severity(),
        violation.observed(),
        violation.expected(),
        "control %s of %s is violated: %s"
            .formatted(config.name(), framework, violation.sentence()));
  }
}
