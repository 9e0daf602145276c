package io.tracetide.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private static final Instant BEGINNING = Instant.parse("2026-01-05T10:00:00Z");

  private static List<FinishedSpan> spans(long seed, FaultPlan faults, Duration length) {
    return new Traffic(seed, BEGINNING, faults, DemoSchedule.USUAL)
        .endedBy(BEGINNING.plus(length), Integer.MAX_VALUE);
  }

  private static List<FinishedSpan> quietSpans(long seed, Duration length) {
    return spans(seed, new FaultPlan(seed), length);
  }

  private static Instant time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  @Test
  void shouldRepeatItselfWhenTheSeedIsTheSame() {
    assertThat(quietSpans(7, Duration.ofMinutes(1)))
        .isEqualTo(quietSpans(7, Duration.ofMinutes(1)))
        .isNotEqualTo(quietSpans(8, Duration.ofMinutes(1)));
  }

  @Test
  void shouldHandOutTheSameSpansHoweverOftenItIsAsked() {
    Traffic traffic = new Traffic(7, BEGINNING, new FaultPlan(7), DemoSchedule.USUAL);
    List<FinishedSpan> piecewise = new java.util.ArrayList<>();
    for (int ms = 0; ms <= 60_000; ms += 250) {
      Instant now = BEGINNING.plusMillis(ms);
      List<FinishedSpan> some;
      do {
        some = traffic.endedBy(now, 3);
        piecewise.addAll(some);
      } while (some.size() == 3);
    }

    assertThat(piecewise).isEqualTo(quietSpans(7, Duration.ofMinutes(1)));
  }

  @Test
  void shouldHandOutSpansInTheOrderOfTheirEndAndNoneFromTheFuture() {
    List<FinishedSpan> spans = quietSpans(7, Duration.ofMinutes(2));

    assertThat(spans).isSortedAccordingTo(Comparator.comparingLong(FinishedSpan::endMicros));
    assertThat(spans)
        .allSatisfy(
            span -> {
              assertThat(time(span.startMicros())).isAfterOrEqualTo(BEGINNING);
              assertThat(time(span.endMicros())).isBeforeOrEqualTo(BEGINNING.plusSeconds(120));
              assertThat(span.endMicros()).isGreaterThanOrEqualTo(span.startMicros());
            });
  }

  @Test
  void shouldSendFortySpansASecondAndAHistoryOfAtMost112Thousand() {
    assertThat(DemoFleet.JOURNEYS.stream().mapToDouble(j -> j.perSecond() * j.root().spans()).sum())
        .isBetween(40.0, 60.0);
    assertThat(quietSpans(7, DemoSchedule.USUAL.history()).size()).isBetween(100_000, 112_000);
    assertThat(DemoSchedule.USUAL.history().dividedBy(Duration.ofSeconds(10))).isGreaterThan(240);
  }

  @Test
  void shouldFillEveryWindowOfWhatFaultsStrike() {
    Map<String, Integer> perService = new HashMap<>();
    Map<Operation, Integer> perOperation = new HashMap<>();
    for (FinishedSpan span : quietSpans(7, Duration.ofMinutes(10))) {
      perOperation.merge(span.step().operation(), 1, Integer::sum);
      perService.merge(span.step().operation().service(), 1, Integer::sum);
    }

    assertThat(DemoFleet.SLOWABLE)
        .allSatisfy(o -> assertThat(perOperation.get(o) / 60.0).isGreaterThan(35));
    assertThat(DemoFleet.BREAKABLE)
        .allSatisfy(s -> assertThat(perService.get(s) / 60.0).isGreaterThan(35));
  }

  @Test
  void shouldLinkChildrenToParentsThatLastLonger() {
    List<FinishedSpan> spans = quietSpans(7, Duration.ofMinutes(5));
    Map<Long, FinishedSpan> byId =
        spans.stream().collect(Collectors.toMap(FinishedSpan::spanId, s -> s));

    assertThat(spans.stream().filter(s -> byId.containsKey(s.parentSpanId())))
        .hasSizeGreaterThan(1_000)
        .allSatisfy(
            child -> {
              FinishedSpan parent = byId.get(child.parentSpanId());
              assertThat(child.traceIdLow()).isEqualTo(parent.traceIdLow());
              assertThat(child.startMicros()).isGreaterThanOrEqualTo(parent.startMicros());
              assertThat(child.endMicros()).isLessThanOrEqualTo(parent.endMicros());
            });
  }

  @Test
  void shouldRunWorkflowsFromContextOverPlanAndApprovalToExecution() {
    Map<Long, List<FinishedSpan>> traces =
        quietSpans(7, Duration.ofMinutes(2)).stream()
            .filter(s -> s.attributes().containsKey("tracetide.context.id"))
            .sorted(Comparator.comparingLong(FinishedSpan::startMicros))
            .collect(Collectors.groupingBy(FinishedSpan::traceIdLow));

    List<FinishedSpan> whole =
        traces.values().stream().filter(t -> t.size() == 7).findFirst().orElseThrow();
    assertThat(whole)
        .extracting(s -> s.step().operation())
        .containsExactly(
            DemoFleet.WORKFLOW,
            DemoFleet.CONTEXT,
            DemoFleet.PLAN,
            DemoFleet.APPROVAL,
            DemoFleet.EXECUTE,
            DemoFleet.EXECUTE_STEP,
            DemoFleet.EXECUTE_STEP);
    assertThat(whole.get(3).attributes())
        .containsKeys("tracetide.context.id", "tracetide.plan.id", "tracetide.approval.id");
  }

  @Test
  void shouldChangeDurationsAndOutcomesOnlyWhileFaultsLast() {
    FaultPlan faults = new FaultPlan(7);
    faults.begin(BEGINNING);
    FaultPlan twin = new FaultPlan(7);
    twin.begin(BEGINNING);
    Fault.Slowdown slowdown =
        DemoFleet.SLOWABLE.stream()
            .filter(o -> twin.factor(o, BEGINNING.plusSeconds(30)) > 1)
            .map(
                o -> new Fault.Slowdown(o, 5, BEGINNING.plusSeconds(25), BEGINNING.plusSeconds(85)))
            .findFirst()
            .orElseThrow();

    List<FinishedSpan> spans = spans(7, faults, Duration.ofSeconds(130));
    Map<Boolean, List<FinishedSpan>> slow =
        spans.stream()
            .filter(s -> s.step().operation().equals(slowdown.operation()))
            .collect(Collectors.partitioningBy(s -> slowdown.isActiveAt(time(s.startMicros()))));

    assertThat(median(slow.get(true)) / median(slow.get(false))).isCloseTo(5, within(0.8));
    String broken =
        DemoFleet.BREAKABLE.stream()
            .filter(s -> twin.errorRate(s, BEGINNING.plusSeconds(50)) > 0.5)
            .findFirst()
            .orElseThrow();
    List<FinishedSpan> struck =
        spans.stream()
            .filter(s -> s.step().operation().service().equals(broken))
            .filter(s -> time(s.startMicros()).isAfter(BEGINNING.plusSeconds(45)))
            .filter(s -> time(s.startMicros()).isBefore(BEGINNING.plusSeconds(105)))
            .toList();
    assertThat(struck.stream().filter(FinishedSpan::failed).count() / (double) struck.size())
        .isCloseTo(0.6, within(0.1));
  }

  private static double median(List<FinishedSpan> spans) {
    return spans.stream()
        .mapToLong(s -> s.endMicros() - s.startMicros())
        .sorted()
        .skip(spans.size() / 2)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldEncodeSpansAsAnExporterDoes() {
    List<FinishedSpan> spans = quietSpans(7, Duration.ofSeconds(60));

    ExportTraceServiceRequest request = SpanBatch.request(spans);

    List<Span> encoded =
        request.getResourceSpansList().stream()
            .flatMap(r -> r.getScopeSpans(0).getSpansList().stream())
            .toList();
    assertThat(encoded).hasSameSizeAs(spans);
    assertThat(encoded)
        .allSatisfy(
            span -> {
              assertThat(span.getTraceId().size()).isEqualTo(16);
              assertThat(span.getSpanId().size()).isEqualTo(8);
            });
    assertThat(encoded.stream().flatMap(s -> s.getEventsList().stream()).map(Span.Event::getName))
        .contains("context_lifecycle", "plan_execution", "approval_workflow");
    assertThat(
            request.getResourceSpansList().stream()
                .map(r -> r.getResource().getAttributes(0).getValue().getStringValue()))
        .doesNotHaveDuplicates()
        .contains("storefront", "payment", "planner");
  }
}
