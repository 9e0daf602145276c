package io.tracetide.processor.contract;

import static io.tracetide.processor.contract.Traces.at;
import static io.tracetide.processor.contract.Traces.trace;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceJudge.Verdict;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.rule.Bound;
import io.tracetide.processor.rule.RuleConfig;
import io.tracetide.processor.workflow.CriticalEvents;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractsTest {

  private static final String STEPS =
      """
      steps:
        - { name: "context:created" }
        - { name: "plan:started", repeatable: true }
        - { name: "approval:requested", optional: true, maxStepDuration: 30s }
        - { name: "approval:rejected", optional: true, then: ["plan:started", "end"] }
        - { name: "approval:approved", optional: true }
        - { name: "milestone:done" }
      """;

  /** A list of contracts under one root, as the processor's configuration has it. */
  record Root(List<ContractConfig> contracts) {}

  private static ContractConfig contract(String yaml) {
    String item = ("name: order\n" + yaml).indent(4).stripTrailing();
    return ConfigReader.parse("contracts:\n  - " + item.strip(), new Root(List.of()), Map.of())
        .contracts()
        .get(0);
  }

  private static Verdict judge(String yaml, Traces trace, double nowSeconds) {
    return Contracts.of(List.of(contract(yaml))).judge(trace.snapshot(), at(nowSeconds));
  }

  private static Traces inOrder() {
    return trace("t")
        .created(0)
        .plan(1, "started")
        .approval(2, "requested")
        .approval(5, "approved")
        .milestone(9, "done");
  }

  @Test
  void shouldFindNothingWrongWithWhatKeepsTheOrder() {
    assertThat(judge(STEPS, inOrder().completed(10), 10).breaches()).isEmpty();
  }

  @Test
  void shouldDescribeAStepInTheWrongPlace() {
    Verdict verdict =
        judge(STEPS, trace("t").created(0).approval(1, "requested").plan(2, "started"), 3);

    assertThat(verdict.breaches())
        .singleElement()
        .satisfies(
            breach -> {
              assertThat(breach.detector()).isEqualTo(Detector.CONTRACT);
              assertThat(breach.kind()).isEqualTo(AnomalyKind.WRONG_ORDER);
              assertThat(breach.rule()).isEqualTo("order.steps");
              assertThat(breach.severity()).isEqualTo(Severity.HIGH);
              assertThat(breach.summary())
                  .isEqualTo(
                      "contract order is broken in steps: approval_workflow:requested came after"
                          + " context:created, where plan:started is due");
            });
  }

  @Test
  void shouldMissAStepOnlyWhenTheTraceCompletes() {
    Traces open = trace("t").created(0).plan(1, "started");

    assertThat(judge(STEPS, open, 9).breaches()).isEmpty();
    assertThat(judge(STEPS, open.failed(9), 9).breaches()).isEmpty();
    assertThat(judge(STEPS, open.completed(9), 9).breaches())
        .extracting(Breach::summary)
        .containsExactly(
            "contract order is broken in steps: it completed after plan:started, where plan:started"
                + " or approval:requested or approval:rejected or approval:approved or"
                + " milestone:done is due");
  }

  @Test
  void shouldGoBackWhereThatIsAllowed() {
    Traces again =
        trace("t")
            .created(0)
            .plan(1, "started")
            .approval(2, "requested")
            .approval(3, "rejected")
            .plan(4, "started")
            .milestone(5, "done");

    assertThat(judge(STEPS, again.completed(6), 6).breaches()).isEmpty();
    assertThat(
            judge(
                    STEPS,
                    trace("t")
                        .created(0)
                        .plan(1, "started")
                        .approval(2, "requested")
                        .approval(3, "rejected")
                        .completed(4),
                    5)
                .breaches())
        .as("the end may follow a rejection")
        .isEmpty();
  }

  @Test
  void shouldSeeAStepThatCameTwiceAndMayNot() {
    assertThat(judge(STEPS, inOrder().milestone(9.5, "done"), 10).breaches())
        .extracting(Breach::kind)
        .containsExactly(AnomalyKind.WRONG_ORDER);
  }

  @Test
  void shouldNotJudgeTheOrderWhereStepsAreLeftOut() {
    assertThat(judge(STEPS, trace("t").milestone(1, "done").dropped(3).completed(2), 3).breaches())
        .isEmpty();
  }

  @Test
  void shouldUnderstandOtherSpellings() {
    Traces spelled =
        trace("t")
            .step(0, TraceStep.Kind.CONTEXT_LIFECYCLE, "Created")
            .plan(1, "STARTED")
            .approval(2, "event", "Status", "pending")
            .approval(3, "granted")
            .milestone(4, "Done");

    assertThat(judge(STEPS, spelled.completed(5), 5).breaches()).isEmpty();
  }

  @Test
  void shouldGiveTheSameVerdictInAnyOrderOfEvents() {
    Traces reversed =
        trace("t")
            .milestone(9, "done")
            .approval(5, "approved")
            .approval(2, "requested")
            .plan(1, "started")
            .created(0)
            .completed(10);

    assertThat(judge(STEPS, reversed, 10)).isEqualTo(judge(STEPS, inOrder().completed(10), 10));
  }

  @ParameterizedTest
  @CsvSource({"32, 0", "32.001, 1", "60, 1"})
  void shouldLetAStepTakeItsTimeAndNoLonger(double now, int breaches) {
    Traces waiting = trace("t").created(0).plan(1, "started").approval(2, "requested");

    Verdict verdict = judge(STEPS, waiting, now);

    assertThat(verdict.breaches()).hasSize(breaches);
    if (breaches == 0) {
      assertThat(verdict.judgeAgainMs()).hasValue(at(32.001));
    } else {
      assertThat(verdict.judgeAgainMs()).isEmpty();
      assertThat(verdict.breaches().get(0).kind()).isEqualTo(AnomalyKind.STEP_TIMEOUT);
      assertThat(verdict.breaches().get(0).rule())
          .isEqualTo("order.maxStepDuration.approval:requested");
    }
  }

  @Test
  void shouldKeepTheBreachOfAStepAfterTheEndOfTheTrace() {
    Traces late =
        trace("t")
            .created(0)
            .plan(1, "started")
            .approval(2, "requested", "approvalId", "a")
            .approval(33, "approved", "approvalId", "a")
            .milestone(34, "done")
            .completed(35);

    assertThat(judge(STEPS, late, 10_000).breaches())
        .singleElement()
        .satisfies(
            breach -> {
              assertThat(breach.summary())
                  .isEqualTo(
                      "contract order is broken in maxStepDuration.approval:requested:"
                          + " approval_workflow:requested took 31 s, at most 30 s is allowed");
              assertThat(breach.observed()).containsEntry("step_ms", 31_000.0);
              assertThat(breach.expected()).containsEntry("step_ms", 30_000.0);
            });
  }

  @Test
  void shouldWaitForTheDecisionOfTheSameApproval() {
    String yaml =
        """
        ordered: false
        steps: [{ name: "approval:requested", maxStepDuration: 30s }]
        """;
    Traces two =
        trace("t")
            .approval(0, "requested", "approvalId", "a")
            .approval(10, "requested", "approvalId", "b")
            .approval(11, "approved", "approvalId", "b");

    assertThat(judge(yaml, two, 30).breaches()).isEmpty();
    assertThat(judge(yaml, two, 31).breaches()).hasSize(1);
  }

  @Test
  void shouldTimeASpanUntilItEnds() {
    String yaml =
        """
        ordered: false
        steps: [{ name: "span:charge*", maxStepDuration: 5s }]
        """;
    Traces charging =
        trace("t")
            .step(0, TraceStep.Kind.STARTED, "charge card")
            .step(1, TraceStep.Kind.STARTED, "log");

    assertThat(judge(yaml, charging, 5).judgeAgainMs()).hasValue(at(5.001));
    assertThat(judge(yaml, charging, 6).breaches()).hasSize(1);
    assertThat(judge(yaml, charging.step(3, TraceStep.Kind.ENDED, "charge card"), 6).breaches())
        .isEmpty();
    assertThat(
            judge(
                    yaml,
                    trace("t")
                        .step(7, TraceStep.Kind.ENDED, "charge card", "durationMicros", "6000000"),
                    9)
                .breaches())
        .as("of a finished span its end says how long it took")
        .hasSize(1);
  }

  @Test
  void shouldTimeAnOperationUntilTheNext() {
    String yaml =
        """
        ordered: false
        steps: [{ name: "operation:packing", maxStepDuration: 5s }]
        """;
    Traces packing =
        trace("t")
            .step(0, TraceStep.Kind.UPDATED, "packing")
            .step(4, TraceStep.Kind.UPDATED, "packing");

    assertThat(judge(yaml, packing, 6).breaches()).hasSize(1);
    assertThat(judge(yaml, packing.step(4.5, TraceStep.Kind.UPDATED, "sending"), 9).breaches())
        .isEmpty();
  }

  @Test
  void shouldRequireEachApprover() {
    String yaml = "requiredApprovers: [\"security\", \"*-lead|director\"]";
    Traces one = trace("t").approval(1, "approved", "approver", "security");
    Traces both = one.approval(2, "approved", "approvedBy", "Shop Lead");

    assertThat(
            judge(yaml, trace("t").approval(1, "approved", "approver", "security"), 3).breaches())
        .as("it may still come")
        .isEmpty();
    assertThat(judge(yaml, both.completed(3), 3).breaches()).isEmpty();
    assertThat(
            judge(yaml, trace("t").approval(1, "approved", "approver", "security").completed(2), 3)
                .breaches())
        .singleElement()
        .satisfies(
            breach -> {
              assertThat(breach.kind()).isEqualTo(AnomalyKind.APPROVAL);
              assertThat(breach.observed()).containsEntry("approvals", 1.0);
              assertThat(breach.expected()).containsEntry("approvals", 2.0);
              assertThat(breach.summary())
                  .endsWith("the end came without the approval of *-lead|director");
            });
  }

  @Test
  void shouldRequireApprovalBeforeAStep() {
    String yaml = "requiredApprovers: [\"*\"]\napprovalBefore: plan:started";

    assertThat(
            judge(yaml, trace("t").approval(1, "approved", "approver", "ann").plan(2, "started"), 3)
                .breaches())
        .isEmpty();
    assertThat(
            judge(yaml, trace("t").plan(1, "started").approval(2, "approved", "approver", "ann"), 3)
                .breaches())
        .hasSize(1);
    assertThat(
            judge(
                    yaml,
                    trace("t")
                        .approval(1, "approved", "approver", "ann")
                        .approval(2, "rejected", "approver", "bob")
                        .plan(3, "started"),
                    4)
                .breaches())
        .as("a rejection takes back")
        .hasSize(1);
    assertThat(judge(yaml, trace("t").approval(1, "approved").plan(2, "started"), 3).breaches())
        .as("nobody is no approver")
        .hasSize(1);
  }

  @Test
  void shouldRequireContextFromTheFirstPlanOn() {
    String yaml = "requiredContext: [contextId, team]";

    assertThat(judge(yaml, trace("t").created(0), 1).breaches()).isEmpty();
    assertThat(judge(yaml, trace("t").plan(0, "started").tag("team", "a"), 1).breaches())
        .singleElement()
        .satisfies(
            breach -> {
              assertThat(breach.kind()).isEqualTo(AnomalyKind.MISSING_CONTEXT);
              assertThat(breach.summary()).endsWith("it has no contextId");
            });
    assertThat(judge(yaml, trace("t").completed(1), 1).breaches()).hasSize(1);
    assertThat(
            judge(yaml, trace("t").plan(0, "started").tag("team", "a").context("contextId", "c"), 1)
                .breaches())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"60, 0", "60.001, 1"})
  void shouldLetATraceTakeItsTimeAndNoLonger(double now, int breaches) {
    Verdict verdict = judge("maxLatencyMs: 60000", trace("t"), now);

    assertThat(verdict.breaches()).hasSize(breaches);
    if (breaches == 0) {
      assertThat(verdict.judgeAgainMs()).hasValue(at(60.001));
    }
    assertThat(judge("maxLatencyMs: 60000", trace("t").completed(now), 10_000).breaches())
        .hasSize(breaches)
        .allSatisfy(breach -> assertThat(breach.kind()).isEqualTo(AnomalyKind.LATENCY));
  }

  @Test
  void shouldKnowADeadlineFromTheStart() {
    assertThat(judge("deadline: 1h", trace("t"), 3600).breaches()).isEmpty();
    assertThat(judge("deadline: 1h", trace("t"), 10).judgeAgainMs()).hasValue(at(3600.001));
    assertThat(judge("deadline: 1h", trace("t").completed(3601), 9999).breaches())
        .singleElement()
        .satisfies(
            breach -> {
              assertThat(breach.kind()).isEqualTo(AnomalyKind.DEADLINE);
              assertThat(breach.observed()).containsEntry("late_ms", 1_000.0);
              assertThat(breach.summary())
                  .isEqualTo(
                      "contract order is broken in deadline: it ended 1 s after its deadline of"
                          + " 1h");
            });
  }

  @Test
  void shouldKnowADeadlineByTheClockOfAPlace() {
    // Monday 10:00 UTC is 11:00 in Berlin.
    String berlin = "deadline: \"12:00\"\ntimeZone: Europe/Berlin";

    assertThat(judge(berlin, trace("t"), 3600).breaches()).isEmpty();
    assertThat(judge(berlin, trace("t"), 3601).breaches()).hasSize(1);
    assertThat(judge("deadline: \"10:00\"", trace("t"), 86_400).breaches())
        .as("a trace that starts at the deadline has a day")
        .isEmpty();
    assertThat(judge("deadline: \"10:00\"", trace("t"), 86_401).breaches()).hasSize(1);
  }

  @Test
  void shouldAllowTheShortestSilenceOfAllContracts() {
    TraceJudge judge =
        Contracts.of(List.of(contract("maxSilence: 30s"), contract("maxSilence: 10s")));

    assertThat(judge.judge(trace("t").snapshot(), at(0)).allowedSilenceMs()).hasValue(10_000);
    assertThat(judge("maxLatencyMs: 1", trace("t"), 0).allowedSilenceMs()).isEmpty();
  }

  @Test
  void shouldJudgeWhatItIsAboutAndNothingElse() {
    String yaml =
        """
        maxLatencyMs: 1000
        match: { service: "age*", operation: "handle ?rder", tags: { tier: gold* } }
        """;

    assertThat(judge(yaml, trace("t").tag("tier", "gold-1"), 9).breaches()).hasSize(1);
    assertThat(judge(yaml, trace("t").metadata("tier", "gold"), 9).breaches()).hasSize(1);
    assertThat(judge(yaml, trace("t").tag("tier", "silver"), 9).breaches()).isEmpty();
    assertThat(judge(yaml, trace("t"), 9).breaches()).isEmpty();
    assertThat(judge(yaml, trace("t").tag("tier", "gold").of("shop", "handle order"), 9).breaches())
        .isEmpty();
    assertThat(judge(yaml, trace("t").tag("tier", "gold").of("agents", "other"), 9).breaches())
        .isEmpty();
  }

  @Test
  void shouldMakeRulesOfWhatIsOfWindows() {
    ContractConfig contract =
        contract(
            """
            match: { service: shop, operation: "POST*" }
            minThroughput: 2.5
            maxErrorRate: 5
            severity: critical
            """);

    List<RuleConfig> rules = Contracts.rules(List.of(contract));

    assertThat(rules)
        .extracting(RuleConfig::name)
        .containsExactly("order.minThroughput", "order.maxErrorRate");
    assertThat(rules.get(0).bound()).isEqualTo(Bound.BELOW);
    assertThat(rules.get(0).threshold()).isEqualTo(2.5);
    assertThat(rules.get(1).bound()).isEqualTo(Bound.ABOVE);
    assertThat(rules.get(1).severity()).isEqualTo(Severity.CRITICAL);
    assertThat(rules.get(1).service()).isEqualTo("shop");
    assertThat(rules.get(1).operation()).isEqualTo("POST*");
  }

  @Test
  void shouldReportEventsThatCallThemselvesCritical() {
    CriticalEvents judge = new CriticalEvents();
    Traces critical =
        trace("t")
            .milestone(1, "budget", "severity", "CRITICAL")
            .step(2, TraceStep.Kind.EVENT, "other", "severity", "critical");

    assertThat(judge.judge(critical.snapshot(), at(3)).breaches())
        .singleElement()
        .satisfies(
            breach -> {
              assertThat(breach.detector()).isEqualTo(Detector.LEDGER);
              assertThat(breach.kind()).isEqualTo(AnomalyKind.CRITICAL_EVENT);
              assertThat(breach.severity()).isEqualTo(Severity.CRITICAL);
              assertThat(breach.summary())
                  .isEqualTo("trace_milestone budget in agents is critical");
            });
    assertThat(
            judge
                .judge(trace("t").milestone(1, "m", "severity", "high").snapshot(), at(3))
                .breaches())
        .isEmpty();
  }
}
