package io.tracetide.processor.ledger;

import static io.tracetide.processor.ledger.LedgerDriver.START;
import static io.tracetide.processor.ledger.LedgerDriver.event;
import static io.tracetide.schemas.TraceEventType.COMPLETED;
import static io.tracetide.schemas.TraceEventType.STARTED;
import static io.tracetide.schemas.TraceEventType.UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ProcessorConfig;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.workflow.WorkflowMetrics;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Breaches of finished, fast and successful spans; measurements and masks of traces. */
class FastPathFilterTest {

  private static final String SOX_AND_GDPR = "compliance: { frameworks: [sox, gdpr] }";

  private static TraceJudge judge(String yaml) {
    return ConfigReader.parse(yaml, ProcessorConfig.defaults(), Map.of()).judge();
  }

  private static LedgerDriver judging(String yaml) {
    return new LedgerDriver(LedgerConfig.defaults(), judge(yaml), WorkflowMetrics::of);
  }

  private static String contract(String clauses) {
    return "contracts: [{ name: c, match: { service: planner, operation: \"plan*\" }, %s }]"
        .formatted(clauses);
  }

  private static String control(String yaml) {
    return "compliance: { frameworks: [own], definitions: [{ name: own, controls: [{ name: c, %s }] }] }"
        .formatted(yaml);
  }

  private static TraceEvent.Builder work() {
    return event(COMPLETED, "s", 50).setDurationMicros(50_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "maxLatencyMs: 49 | LATENCY c.maxLatencyMsopen",
        "requiredContext: [contextId] | MISSING_CONTEXT c.requiredContextopen",
        "'requiredApprovers: [\"*\"]' | APPROVAL c.requiredApproversopen",
        "deadline: 10ms | DEADLINE c.deadlineopen",
        "'steps: [{ name: \"plan:created\" }]' | WRONG_ORDER c.stepsopen",
        "'steps: [{ name: \"span:plan\", maxStepDuration: 20ms }]'"
            + " | STEP_TIMEOUT c.maxStepDuration.span:planopen",
      })
  void shouldFindTheClauseThatAnOrdinarySpanBreaks(String clause, String expected) {
    LedgerDriver driver = judging(contract(clause));
    driver.takeAll(work().build());
    driver.takeAll(work().setTraceId("else").setOperationName("other").build());

    assertThat(driver.reported()).containsExactly(expected);
    assertThat(driver.counted).containsEntry("plan 50000", 1).containsEntry("other 50000", 1);
    driver.takeAll(work().build());
    assertThat(driver.counted).containsEntry("plan 50000", 1);
  }

  @ParameterizedTest
  @CsvSource({
    "maxLatencyMs: 50",
    "deadline: 1h",
    "maxSilence: 5s",
    "maxErrorRate: 1",
    "'requiredApprovers: [\"*\"], approvalBefore: \"plan:started\"'",
    "'steps: [{ name: \"plan:created\", optional: true }]'",
  })
  void shouldNotJudgeOrdinarySpansThatCannotBreakAClause(String clause) {
    LedgerDriver driver = judging(contract(clause));
    driver.takeAll(work().build());

    assertThat(driver.reported()).isEmpty();
    assertThat(driver.wasFollowed("t")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'type: access_hours, from: \"01:00\", to: \"02:00\"' | ACCESS_HOURS own.copen",
        "'type: required_approval, approvers: [\"*\"]' | APPROVAL own.copen",
        "'type: forbidden_sequence, sequence: [\"span:plan\", \"event:*\"]'"
            + " | FORBIDDEN_SEQUENCE own.copen",
      })
  void shouldFindTheControlThatAnOrdinarySpanViolates(String control, String expected) {
    LedgerDriver driver = judging(control(control));
    driver.takeAll(work().setEvents(List.of(happened("log", "retried", 20))).build());

    assertThat(driver.reported()).containsExactly(expected);
  }

  @Test
  void shouldJudgeTaggedAndMaskedSpansOnly() {
    LedgerDriver driver = judging(SOX_AND_GDPR);
    driver.takeAll(work().setTraceId("plain").build());
    assertThat(driver.wasFollowed("plain")).isFalse();
    driver.takeAll(work().setTraceId("tagged").setTags(Map.of("access", "privileged")).build());
    assertThat(driver.wasFollowed("tagged")).isTrue();
    // The start of the test is a Sunday.
    assertThat(driver.reported()).containsExactly("ACCESS_HOURS sox.privileged-access-hoursopen");
    driver.takeAll(
        work()
            .setTraceId("masked")
            .setServiceName("other")
            .setMetadata(Map.of(TraceMask.MASKED, "email"))
            .build());

    assertThat(driver.reported()).containsExactly("PERSONAL_DATA gdpr.personal-dataopen");
  }

  @Test
  void shouldFindPersonalDataInAnySpanOfATrace() {
    LedgerDriver driver = judging(SOX_AND_GDPR);
    driver.takeAll(
        work().build(),
        event(COMPLETED, "child", 40)
            .setParentSpanId("s")
            .setDurationMicros(9L)
            .setMetadata(Map.of(TraceMask.MASKED, "phone"))
            .build());

    assertThat(driver.reported()).containsExactly("PERSONAL_DATA gdpr.personal-dataopen");
    assertThat(driver.find("t").metadata()).containsEntry(TraceMask.MASKED, "phone");
  }

  @Test
  void shouldNotGrowBySpansWithoutBreaches() {
    LedgerDriver driver = judging(contract("requiredContext: [contextId]"));
    for (int i = 0; i < 500; i++) {
      driver.take(
          work()
              .setTraceId("t" + i)
              .setContext(new TraceContext("c", null, null, null, null))
              .build());
    }
    driver.commit();

    assertThat(driver.tally.followed.sum()).isZero();
    assertThat(driver.storage.open).isEmpty();
    assertThat(driver.storage.kept).isEmpty();
    assertThat(driver.counted).containsEntry("plan 50000", 500);
  }

  @Test
  void shouldJudgeFailedSpansBeyondTheLimitOfRetainedTraces() {
    LedgerDriver driver = judging(contract("maxLatencyMs: 10"));
    for (int i = 0; i < 100; i++) {
      driver.take(work().setTraceId("t" + i).setStatus(TraceStatus.FAILED).build());
    }
    driver.commit();

    assertThat(driver.reported()).hasSize(100);
    assertThat(driver.tally.unkept.sum()).isEqualTo(40);
  }

  @Test
  void shouldMeasureWorkflowsOnceHoweverOftenTheirEventsCome() {
    LedgerDriver driver = judging("contracts: []");
    List<TraceEvent> events =
        List.of(
            event(STARTED, "s", 0).setOperationName("handle order").build(),
            tells("approval_workflow", "requested", 1_000, "approvalId", "a"),
            tells("Approval-Workflow", "approved", 5_000, "approvalId", "a"),
            tells("plan_execution", "completed", 9_000, "efficiency", "0.9"),
            tells("trace_milestone", "shipped", 9_500, "objective", "shipped"));
    events.forEach(driver::take);
    driver.commit();
    events.forEach(driver::take);
    driver.restart(Duration.ofSeconds(1));
    events.forEach(driver::take);
    driver.takeAll(
        event(COMPLETED, "s", 10_000)
            .setOperationName("handle order")
            .setSamplingWeight(4)
            .setEvents(
                List.of(
                    happened("trace_milestone", "shipped", 9_500, "objective", "shipped"),
                    happened("trace_milestone", "thanked", 9_600, "objective", "thanked")))
            .build());

    assertThat(driver.measured)
        .containsExactly(
            "planner handle order approval_wait_ms 4000.0 x 1.0",
            "planner handle order approval_decision_ms 4000.0 x 1.0",
            "planner handle order plan_efficiency_percent 90.0 x 1.0",
            "planner handle order objectives_completed 1.0 x 1.0",
            "planner handle order objectives_completed 1.0 x 4.0");
  }

  private static TraceEvent tells(String type, String name, long atMs, String key, String value) {
    return event(UPDATED, "s", atMs)
        .setOperationName("handle order")
        .setEvents(List.of(happened(type, name, atMs, key, value)))
        .build();
  }

  private static SpanEvent happened(String type, String name, long atMs, String... attribute) {
    return new SpanEvent(
        type,
        name,
        START.plusMillis(atMs),
        attribute.length == 0 ? Map.of() : Map.of(attribute[0], attribute[1]));
  }

  @Test
  void shouldHidePersonalDataInWhatItKeepsAndShows() {
    LedgerDriver driver = judging(SOX_AND_GDPR);
    String canary = "canary.jane@leak-7b1d.example";
    driver.takeAll(
        event(STARTED, "s", 0).setTags(Map.of("mail", canary)).setOperationName(canary).build(),
        event(COMPLETED, "late", 0).setTraceId("held").setTags(Map.of("mail", canary)).build(),
        work().setTraceId("recent").setTags(Map.of("mail", canary)).build());

    assertThat(driver.storage.texts()).doesNotContain("leak-7b1d").contains("[email]");
    for (String id : List.of("t", "held", "recent")) {
      assertThat(driver.find(id).toString()).doesNotContain("leak-7b1d").contains("[email]");
    }
    assertThat(driver.reported()).contains("PERSONAL_DATA gdpr.personal-dataopen");
    driver.pass(Duration.ofSeconds(5));
    assertThat(driver.storage.texts()).doesNotContain("leak-7b1d");
    assertThat(driver.counted).containsEntry("plan ?", 1);
  }

  @Test
  void shouldReportTheParentsOfSpans() {
    LedgerDriver driver = judging("contracts: []");
    driver.takeAll(
        event(STARTED, "root", 0).build(),
        event(STARTED, "child", 1).setParentSpanId("root").build(),
        event(COMPLETED, "child", 2).setParentSpanId("root").setDurationMicros(9L).build());

    assertThat(driver.find("t").steps())
        .extracting(step -> step.attributes().getOrDefault(TraceStep.PARENT_SPAN_ID, ""))
        .containsExactly("", "root", "root");
  }
}
