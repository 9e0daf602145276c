package io.tracetide.standalone.demo;

import io.tracetide.standalone.demo.DemoReport.Happening;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Creates the lifecycle events of a workflow: its start, its plan and steps, the request and the
 * result of the approval, its progress, and its end. It sends heartbeats while it waits for an
 * approval, and none within a step.
 */
final class Narration {
  static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);
  private static final String PLAN = "plan_execution";
  private static final String APPROVAL = "approval_workflow";

  private final FinishedSpan root;
  private final Incident incident;
  private final List<DemoReport> reports = new ArrayList<>();
  private int progress;
  private String current = "open context";
  private int steps;
  private long saidMicros;

  private Narration(FinishedSpan root, Incident incident) {
    this.root = root;
    this.incident = incident;
  }

  /**
   * Creates the events of a workflow.
   *
   * @param spans of the workflow, each after those that it calls, so that the last one is the root
   */
  static List<DemoReport> of(List<FinishedSpan> spans, Incident incident) {
    FinishedSpan root = spans.get(spans.size() - 1);
    Narration narration = new Narration(root, incident);
    narration.report(root.startMicros(), DemoReport.STARTED, Optional.empty());
    spans.stream()
        .filter(span -> span.spanId() != root.spanId())
        .sorted(Comparator.comparingLong(FinishedSpan::startMicros))
        .forEach(narration::begin);
    narration.end(spans);
    return narration.reports;
  }

  private void begin(FinishedSpan span) {
    Operation operation = span.step().operation();
    if (operation.equals(DemoFleet.CONTEXT)) {
      report(span.endMicros(), 10, happened("context_lifecycle", "created"));
    } else if (operation.equals(DemoFleet.PLAN)) {
      current = "make plan";
      report(span.startMicros(), 15, Optional.empty());
      report(span.endMicros(), 30, happened(PLAN, "created"));
    } else if (operation.equals(DemoFleet.APPROVAL)) {
      approve(span);
    } else if (operation.equals(DemoFleet.EXECUTE)) {
      current = "execute plan";
      report(span.startMicros(), 60, happened(PLAN, "started"));
    } else if (operation.equals(DemoFleet.EXECUTE_STEP)) {
      current = "execute step " + ++steps;
      report(span.startMicros(), 60 + 10 * steps, happened(PLAN, "step " + steps));
    }
  }

  private void approve(FinishedSpan span) {
    current = "await approval";
    report(
        span.startMicros(),
        40,
        Optional.of(new Happening(APPROVAL, "requested", Map.of("requester", "planner"))));
    long pause = SIGN_OF_LIFE.toMillis() * 1_000;
    for (long at = span.startMicros() + pause; at < span.endMicros(); at += pause) {
      report(at, 40, Optional.empty());
    }
    String approver = incident.kind() == Incident.Kind.UNAPPROVED ? "intern-joe" : "lead-ada";
    report(
        span.endMicros(),
        50,
        Optional.of(
            new Happening(
                APPROVAL, span.failed() ? "rejected" : "approved", Map.of("approver", approver))));
  }

  private void end(List<FinishedSpan> spans) {
    spans.stream()
        .filter(span -> span.step().operation().equals(DemoFleet.EXECUTE))
        .forEach(
            span ->
                report(
                    span.endMicros(),
                    95,
                    Optional.of(
                        new Happening(
                            PLAN,
                            span.failed() ? "failed" : "completed",
                            Map.of("completedSteps", "" + steps, "totalSteps", "" + steps)))));
    current = "done";
    progress = 100;
    report(
        root.endMicros(), DemoReport.COMPLETED, happened("trace_milestone", "objective_completed"));
  }

  private static Optional<Happening> happened(String type, String name) {
    return Optional.of(new Happening(type, name, Map.of()));
  }

  private void report(long atMicros, int newProgress, Optional<Happening> event) {
    progress = newProgress;
    report(atMicros, DemoReport.UPDATED, event);
  }

  /** Each event is later than the one before, so that their order is unambiguous. */
  private void report(long atMicros, String type, Optional<Happening> event) {
    saidMicros = Math.max(atMicros, saidMicros + 1);
    reports.add(new DemoReport(root, reports.size(), saidMicros, type, progress, current, event));
  }
}
