package io.tracetide.processor.ledger;

import static io.tracetide.processor.ledger.LedgerDriver.START;
import static io.tracetide.processor.ledger.LedgerDriver.event;
import static io.tracetide.schemas.TraceEventType.COMPLETED;
import static io.tracetide.schemas.TraceEventType.STARTED;
import static io.tracetide.schemas.TraceEventType.UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.mapping.DurationLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceLedgerTest {

  private final LedgerDriver driver = new LedgerDriver();

  @Test
  void shouldCountAFinishedSpanOnceAndFindItById() {
    TraceEvent span = event(COMPLETED, "s", 0).setDurationMicros(5_000L).build();

    driver.takeAll(span, span);
    driver.takeAll(span);

    assertThat(driver.counted).containsExactly(Map.entry("plan 5000", 1));
    assertThat(driver.tally.duplicates.sum()).isEqualTo(2);
    assertThat(driver.find("t").durationMicros()).hasValue(5_000);
    assertThat(driver.storage.writes).isZero();
  }

  @Test
  void shouldFitAnyTraceIntoARecord() {
    driver.take(event(STARTED, "s", 0).build());
    for (int i = 0; i < 40; i++) {
      String text = "%s %d ".formatted("€".repeat(30_000), i);
      driver.take(
          event(UPDATED, i % 2 == 0 ? "s" : "child-" + i, i)
              .setTags(Map.of("tag-" + i, text, "other-" + i + text, "x"))
              .setMetadata(Map.of("note-" + i, text))
              .setCustomMetrics(Map.of("metric-" + i + text, 1.0))
              .setContext(new TraceContext(text, text, text, text, text))
              .setCurrentOperation(text)
              .build());
      if (i % 7 == 0) {
        driver.commit();
        assertThat(largest(driver)).isLessThan(700_000);
      }
    }
    driver.commit();

    assertThat(largest(driver)).isBetween(1_000, 700_000);
    assertThat(driver.stateOf("t")).isEqualTo("running");
    assertThat(driver.find("t").currentOperation()).startsWith("€€");
    driver.takeAll(event(COMPLETED, "s", 90).setDurationMicros(90_000L).build());
    assertThat(driver.counted).containsEntry("plan 90000", 1);
  }

  @Test
  void shouldBoundATraceWithVeryManyLargeSpans() {
    LedgerConfig defaults = LedgerConfig.defaults();
    LedgerDriver generous =
        new LedgerDriver(
            new LedgerConfig(
                true,
                true,
                defaults.orderWait(),
                defaults.maxOpen(),
                defaults.duplicates(),
                defaults.silence(),
                defaults.recent(),
                defaults.kept(),
                defaults.breachesAfterEnd(),
                new LedgerConfig.Limits(10_000, 10_000, 1_000, 16_384, 1 << 20)),
            TraceJudge.LENIENT);
    generous.take(event(STARTED, "root", 0).build());
    for (int i = 0; i < 600; i++) {
      String name = i + "n".repeat(1_000);
      generous.take(
          event(STARTED, "span-" + i, i)
              .setParentSpanId("root")
              .setOperationName(name)
              .setTags(Map.of(name, name))
              .setEvents(
                  List.of(new SpanEvent(name, name, START.plusMillis(i), Map.of(name, name))))
              .build());
    }
    generous.commit();

    assertThat(largest(generous)).isBetween(1_000, 700_000);
    assertThat(generous.stateOf("t")).isEqualTo("running");
    assertThat(generous.tally.stepsDropped.sum()).isPositive();
  }

  @Test
  void shouldNotHoldMoreEndsThanFitIntoARecord() {
    for (int i = 0; i < 20; i++) {
      driver.take(
          event(COMPLETED, "s" + i, 100).setTags(Map.of("text", "x".repeat(100_000))).build());
    }
    driver.commit();

    assertThat(largest(driver)).isLessThan(700_000);
    assertThat(driver.counted).containsExactly(Map.entry("plan ?", 18));
    driver.pass(Duration.ofSeconds(5));
    assertThat(driver.counted).containsExactly(Map.entry("plan ?", 20));
  }

  @Test
  void shouldCountWithoutADurationWhatSeemsToHaveTakenTooLong() {
    long longestMs = DurationLimit.MAX.toMillis();
    driver.takeAll(event(STARTED, "s", 0).build(), event(STARTED, "u", 0).build());
    driver.takeAll(
        event(COMPLETED, "s", longestMs).build(), event(COMPLETED, "u", longestMs + 1).build());

    assertThat(driver.counted)
        .containsEntry("plan " + longestMs * 1_000, 1)
        .containsEntry("plan ?", 1);
  }

  private static int largest(LedgerDriver driver) {
    return Stream.of(driver.storage.open, driver.storage.kept)
        .flatMap(store -> store.values().stream())
        .mapToInt(bytes -> bytes.length)
        .max()
        .orElse(0);
  }

  @Test
  void shouldNotTouchTheStoreForATraceThatEndsWithinACommit() {
    driver.takeAll(
        event(STARTED, "s", 0).build(),
        event(COMPLETED, "s", 40).setDurationMicros(40_000L).build());

    assertThat(driver.stateOf("t")).isEqualTo("completed");
    assertThat(driver.storage.writes).isZero();
  }

  @Test
  void shouldNotLookIntoATraceThatEndsWithinACommit() {
    driver.takeAll(
        event(STARTED, "s", 0).build(),
        event(STARTED, "child", 5).setParentSpanId("s").setOperationName("look up").build(),
        event(UPDATED, "s", 10).setProgressPercentage(50.0).build(),
        event(COMPLETED, "child", 20)
            .setParentSpanId("s")
            .setOperationName("look up")
            .setDurationMicros(15_000L)
            .build(),
        event(COMPLETED, "s", 40).setDurationMicros(40_000L).build());

    assertThat(driver.decoded).isZero();
    assertThat(driver.counted)
        .containsEntry("plan 40000", 1)
        .containsEntry("look up 15000", 1)
        .hasSize(5);
    TraceSnapshot trace = driver.find("t");
    assertThat(trace.state().label()).isEqualTo("completed");
    assertThat(trace.steps()).hasSize(5);
    assertThat(trace.progressPercentage()).hasValue(50.0);
  }

  @Test
  void shouldFollowABriefTraceFromTheEventOnThatMatters() {
    driver.take(event(STARTED, "s", 0).build());
    driver.takeAll(
        event(COMPLETED, "s", 40).setStatus(TraceStatus.FAILED).setDurationMicros(40_000L).build());

    assertThat(driver.wasFollowed("t")).isTrue();
    assertThat(driver.stateOf("t")).isEqualTo("failed");
    assertThat(driver.storage.writes).as("kept, because it failed").isPositive();
    assertThat(driver.counted).containsEntry("plan 40000", 1);
  }

  @Test
  void shouldFollowTracesThatAreOpenAtTheCommitSinceTheirLastEvent() {
    driver.take(event(STARTED, "s", 0).build());
    long receivedMs = driver.nowMs;
    driver.nowMs += 900;
    driver.commit();

    assertThat(driver.stateOf("t")).isEqualTo("running");
    assertThat(driver.find("t").lastEventAtMs()).isEqualTo(receivedMs);
  }

  @Test
  void shouldCountTheMeasurementsOfAShortLivedTraceOnce() {
    TraceEvent start = event(STARTED, "s", 0).setCustomMetrics(Map.of("queue", 3.0)).build();
    TraceEvent end = event(COMPLETED, "s", 40).setDurationMicros(40_000L).build();

    driver.take(start);
    driver.takeAll(start, end, end);
    driver.takeAll(start, end);

    assertThat(driver.counted).allSatisfy((what, times) -> assertThat(times).isEqualTo(1));
    assertThat(driver.counted).hasSize(2);
    assertThat(driver.stateOf("t")).isEqualTo("completed");
  }

  @Test
  void shouldRememberWhatWasCountedOverARestart() {
    TraceEvent span = event(COMPLETED, "s", 0).setDurationMicros(5_000L).build();
    driver.takeAll(span);

    driver.restart(Duration.ofSeconds(3));
    driver.takeAll(span);

    assertThat(driver.counted).containsExactly(Map.entry("plan 5000", 1));
  }

  @Test
  void shouldDistinguishSpansWithoutIdsByTime() {
    for (int i = 0; i < 5; i++) {
      driver.takeAll(event(COMPLETED, "", i).setDurationMicros(7L).build());
    }
    driver.takeAll(event(COMPLETED, "", 2).setDurationMicros(7L).build());

    assertThat(driver.counted).containsExactly(Map.entry("plan 7", 5));
  }

  @Test
  void shouldComputeTheDurationFromTheStart() {
    driver.takeAll(event(STARTED, "s", 0).build());
    driver.takeAll(event(COMPLETED, "s", 1_500).build());

    assertThat(driver.counted).containsEntry("plan 1500000", 1);
    assertThat(driver.find("t").durationMicros()).hasValue(1_500_000);
  }

  @Test
  void shouldLetAnEndWaitForItsStart() {
    driver.takeAll(event(COMPLETED, "s", 1_500).build());
    assertThat(driver.counted).isEmpty();
    driver.restart(Duration.ofMillis(100));

    driver.takeAll(event(STARTED, "s", 0).build());

    assertThat(driver.counted).containsEntry("plan 1500000", 1);
    driver.pass(Duration.ofSeconds(5));
    assertThat(driver.counted).containsEntry("plan 1500000", 1).hasSize(2);
  }

  @Test
  void shouldCountAnEndWithoutADurationWhenNoStartComes() {
    driver.takeAll(event(COMPLETED, "s", 1_500).build());

    driver.pass(Duration.ofSeconds(3));

    assertThat(driver.counted).containsExactly(Map.entry("plan ?", 1));
    assertThat(driver.storage.open).isEmpty();
    assertThat(driver.stateOf("t")).isEqualTo("completed");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5, 120})
  void shouldCompleteASpanThatWasReportedUnfinished(long secondsBetween) {
    driver.takeAll(unfinished());
    driver.pass(Duration.ofSeconds(secondsBetween));
    driver.takeAll(finished());
    driver.takeAll(unfinished(), finished());
    driver.pass(Duration.ofSeconds(5));

    assertThat(driver.counted).containsExactly(Map.entry("plan 1633449", 1));
    assertThat(driver.failures).isEqualTo(1);
    assertThat(driver.find("t").durationMicros()).hasValue(1_633_449);
    assertThat(driver.stateOf("t")).isEqualTo("failed");
  }

  @Test
  void shouldLeaveASpanAsItIsWhenItsUnfinishedReportComesLater() {
    driver.takeAll(finished());
    driver.takeAll(unfinished());
    driver.pass(Duration.ofSeconds(5));

    assertThat(driver.counted).containsExactly(Map.entry("plan 1633449", 1));
    assertThat(driver.failures).isEqualTo(1);
    assertThat(driver.find("t").durationMicros()).hasValue(1_633_449);
  }

  @Test
  void shouldCountAFailureThatOnlyTheUnfinishedReportHas() {
    TraceEvent good = TraceEvent.newBuilder(finished()).setStatus(TraceStatus.COMPLETED).build();
    driver.takeAll(TraceEvent.newBuilder(unfinished()).setStatus(TraceStatus.FAILED).build(), good);

    assertThat(driver.counted).containsExactly(Map.entry("plan 1633449", 1));
    assertThat(driver.failures).isEqualTo(1);
  }

  @Test
  void shouldCompleteACountedSpanWithALaterStart() {
    driver.takeAll(event(COMPLETED, "s", 1_500).build());
    driver.pass(Duration.ofSeconds(5));
    driver.takeAll(event(STARTED, "s", 0).build());
    driver.takeAll(event(STARTED, "s", 0).setTags(Map.of("again", "1")).build());

    assertThat(driver.counted).containsEntry("plan 1500000", 1).doesNotContainKey("plan ?");
  }

  private static TraceEvent unfinished() {
    return event(COMPLETED, "s", 0).build();
  }

  private static TraceEvent finished() {
    return event(COMPLETED, "s", 1_633)
        .setDurationMicros(1_633_449L)
        .setStatus(TraceStatus.FAILED)
        .build();
  }

  @Test
  void shouldNotOpenAgainWhatHasEnded() {
    driver.takeAll(event(COMPLETED, "s", 100).setDurationMicros(5L).build());
    driver.takeAll(event(STARTED, "s", 0).build(), event(UPDATED, "s", 10).build());

    assertThat(driver.stateOf("t")).isEqualTo("completed");

    driver.pass(Duration.ofMinutes(6)); // The trace is forgotten, that it was counted is not.
    driver.takeAll(event(UPDATED, "s", 50).build());

    assertThat(driver.storage.open).isEmpty();
  }

  @Test
  void shouldFindATraceStuckWithinTwoSecondsOfItsBoundAndHealIt() {
    driver.takeAll(event(STARTED, "s", 0).build());

    driver.pass(Duration.ofMinutes(5).minusSeconds(1));
    assertThat(driver.stateOf("t")).isEqualTo("running");
    driver.pass(Duration.ofSeconds(3));

    assertThat(driver.stateOf("t")).isEqualTo("stuck");
    assertThat(driver.findings.get(0).breach().summary())
        .isEqualTo("a trace is open and has had no events for more than the allowed 5 min");
    assertThat(driver.reported()).containsExactly("STUCK_TRACE open");
    assertThat(inFlight()).containsExactly("planner 1 1");

    driver.takeAll(event(UPDATED, "s", 1).build());
    assertThat(driver.stateOf("t")).isEqualTo("running");
    assertThat(driver.reported()).containsExactly("STUCK_TRACE closed");
    assertThat(inFlight()).containsExactly("planner 1 0");

    driver.takeAll(event(COMPLETED, "s", 2).setDurationMicros(9L).build());
    assertThat(driver.stateOf("t")).isEqualTo("completed");
    assertThat(inFlight()).isEmpty();
    assertThat(driver.counted).containsEntry("plan 9", 1);
  }

  @Test
  void shouldKeepAccumulatedSilenceOverAKillAndNotCountDowntime() {
    driver.takeAll(event(STARTED, "s", 0).build());
    driver.pass(Duration.ofMinutes(4));

    driver.restart(Duration.ofHours(1));
    driver.pass(Duration.ofSeconds(50));
    assertThat(driver.stateOf("t")).isEqualTo("running");

    driver.pass(Duration.ofSeconds(12));
    assertThat(driver.stateOf("t")).isEqualTo("stuck");
  }

  @Test
  void shouldNotCountTimeInWhichABacklogIsRead() {
    driver.takeAll(event(STARTED, "s", 0).build());
    driver.caughtUp = false;
    driver.pass(Duration.ofHours(2));
    assertThat(driver.stateOf("t")).isEqualTo("running");

    driver.caughtUp = true;
    driver.pass(Duration.ofMinutes(5).plusSeconds(1));
    assertThat(driver.stateOf("t")).isEqualTo("stuck");
  }

  @Test
  void shouldAbandonAndThenForget() {
    driver.takeAll(event(STARTED, "s", 0).build());

    driver.pass(Duration.ofHours(6).plusMinutes(6));
    assertThat(driver.stateOf("t")).isEqualTo("abandoned");
    assertThat(driver.findings.get(1).breach().summary())
        .isEqualTo("a trace was abandoned after 6 h 5 min without events");
    assertThat(driver.reported())
        .containsExactly("STUCK_TRACE open", "ABANDONED_TRACE open", "STUCK_TRACE closed");
    assertThat(inFlight()).isEmpty();

    driver.pass(Duration.ofHours(24).plusMinutes(1));
    assertThat(driver.stateOf("t")).isEqualTo("unknown");
    assertThat(driver.reported()).containsExactly("ABANDONED_TRACE closed");
    assertThat(driver.tally.followed.sum()).isZero();
  }

  @Test
  void shouldMeasureSilenceByTheHistoryOfTheOperation() {
    for (int i = 0; i < 50; i++) {
      driver.takeAll(
          event(STARTED, "s", 0).setTraceId("h" + i).build(),
          event(COMPLETED, "s", 1).setTraceId("h" + i).setDurationMicros(12_000_000L).build());
    }
    driver.takeAll(event(STARTED, "s", 0).build());

    driver.pass(Duration.ofSeconds(59));
    assertThat(driver.stateOf("t")).isEqualTo("running");
    driver.pass(Duration.ofSeconds(3));
    assertThat(driver.stateOf("t")).isEqualTo("stuck");
  }

  @Test
  void shouldReportBreachesAndCloseThemSomeTimeAfterTheEnd() {
    LedgerDriver judged = new LedgerDriver(LedgerConfig.defaults(), TraceLedgerTest::untilApproved);
    judged.takeAll(event(STARTED, "s", 0).build());
    assertThat(judged.reported()).isEmpty();

    judged.pass(Duration.ofSeconds(11));
    assertThat(judged.reported()).containsExactly("LATENCY approvalopen");

    judged.takeAll(event(COMPLETED, "s", 1).setDurationMicros(9L).build());
    assertThat(judged.reported()).isEmpty();
    assertThat(judged.stateOf("t")).isEqualTo("completed");
    judged.restart(Duration.ofSeconds(1));
    judged.pass(Duration.ofMinutes(5).plusSeconds(1));
    assertThat(judged.reported()).containsExactly("LATENCY approvalclosed");
    assertThat(judged.stateOf("t")).isEqualTo("completed");
    assertThat(judged.storage.open).isEmpty();
  }

  @Test
  void shouldCloseABreachWhenItsCauseEnds() {
    LedgerDriver judged = new LedgerDriver(LedgerConfig.defaults(), TraceLedgerTest::untilApproved);
    judged.takeAll(event(STARTED, "s", 0).build());
    judged.pass(Duration.ofSeconds(11));
    judged.reported();

    judged.takeAll(event(UPDATED, "s", 1).setCurrentOperation("approved").build());

    assertThat(judged.reported()).containsExactly("LATENCY approvalclosed");
  }

  private static TraceJudge.Verdict untilApproved(TraceSnapshot trace, long nowMs) {
    long dueMs = START.toEpochMilli() + 10_000;
    boolean approved = trace.currentOperation().equals("approved");
    Breach late =
        new Breach(
            Detector.CONTRACT,
            AnomalyKind.LATENCY,
            "approval",
            Severity.HIGH,
            Map.of(),
            Map.of(),
            "waits");
    return new TraceJudge.Verdict(
        nowMs >= dueMs && !approved ? List.of(late) : List.of(),
        OptionalLong.of(3_600_000),
        approved || nowMs >= dueMs ? OptionalLong.empty() : OptionalLong.of(dueMs));
  }

  @Test
  void shouldKeepFailedTracesAndSoManyOfAServiceOnly() {
    for (int i = 0; i < 200; i++) {
      driver.take(
          event(COMPLETED, "s", i)
              .setTraceId("f" + i)
              .setStatus(TraceStatus.FAILED)
              .setDurationMicros(5L)
              .build());
    }
    driver.commit();

    assertThat(driver.storage.kept).hasSize(60);
    assertThat(driver.counted).containsExactly(Map.entry("plan 5", 200));
    driver.pass(Duration.ofMinutes(7));
    assertThat(driver.stateOf("f3")).isEqualTo("failed");
    assertThat(driver.stateOf("f199")).isEqualTo("unknown");

    driver.restart(Duration.ofHours(26));
    driver.pass(Duration.ofSeconds(1));
    assertThat(driver.storage.kept).isEmpty();
  }

  @Test
  void shouldJoinSpansThatCameBeforeTheTraceWasFollowed() {
    driver.takeAll(
        event(COMPLETED, "child", 10).setParentSpanId("root").setDurationMicros(5L).build());
    driver.takeAll(event(STARTED, "root", 0).setOperationName("workflow").build());

    assertThat(driver.find("t").operation()).isEqualTo("workflow");
    assertThat(driver.find("t").steps()).hasSize(2);
  }

  @Test
  void shouldScanInPagesWithoutPassingOverTheOthers() {
    for (int i = 0; i < 300; i++) {
      driver.take(event(STARTED, "s", 0).setTraceId("o" + i).build());
    }
    driver.commit();
    driver.pass(Duration.ofMinutes(4));
    for (int i = 10; i < 300; i++) {
      driver.take(event(UPDATED, "s", 1).setTraceId("o" + i).build());
    }
    driver.takeAll(event(COMPLETED, "s", 0).setTraceId("plain").setDurationMicros(3L).build());
    driver.pass(Duration.ofSeconds(70));

    assertThat(pages(Set.of("stuck"), 3)).hasSize(10).doesNotHaveDuplicates();
    assertThat(pages(Set.of("running"), 64)).hasSize(290).doesNotHaveDuplicates();
    assertThat(pages(Set.of("running", "stuck", "completed"), 64))
        .hasSize(301)
        .doesNotHaveDuplicates();
    assertThat(pages(Set.of("completed"), 64)).containsExactly("plain");
  }

  private List<String> pages(Set<String> states, int size) {
    List<String> found = new ArrayList<>();
    byte[][] last = {null};
    int before = -1;
    while (before < found.size()) {
      before = found.size();
      int until = before + size;
      driver
          .partition()
          .scan(
              states,
              last[0],
              (trace, position) -> {
                found.add(trace.traceId());
                last[0] = position;
                return found.size() < until;
              });
    }
    return found;
  }

  private List<String> inFlight() {
    List<String> found = new ArrayList<>();
    driver
        .partition()
        .counts(
            (tenant, service, inFlight, stuck) ->
                found.add(service + " " + inFlight + " " + stuck));
    return found;
  }

  @Test
  void shouldKeepTheFirstAndTheNewestStepsAndCountTheOthers() {
    List<TraceEvent> updates = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      updates.add(event(UPDATED, "s", i).setCurrentOperation("u" + i).build());
    }
    Collections.shuffle(updates, new Random(3));
    driver.takeAll(updates.toArray(TraceEvent[]::new));

    TraceSnapshot trace = driver.find("t");
    assertThat(trace.steps()).hasSize(200);
    assertThat(trace.stepsDropped()).isEqualTo(300);
    assertThat(trace.steps().get(0).name()).isEqualTo("u0");
    assertThat(trace.steps().get(49).name()).isEqualTo("u49");
    assertThat(trace.steps().get(50).name()).isEqualTo("u350");
    assertThat(trace.steps().get(199).name()).isEqualTo("u499");
  }
}
