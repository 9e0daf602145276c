package io.tracetide.processor.ledger;

import static io.tracetide.processor.ledger.LedgerDriver.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** In whatever order, how often and how late the events of a trace come: it ends up the same. */
class TraceLedgerPropertyTest {

  @Property(tries = 400)
  void shouldKnowAndCountTheSameInWhateverOrderEventsCome(
      @ForAll("traces") List<TraceEvent> events, @ForAll long seed) {
    LedgerDriver inOrder = inOrder(events);
    LedgerDriver shuffled = shuffled(events, new Random(seed), false);

    assertThat(shuffled.counted).isEqualTo(inOrder.counted);
    assertThat(shuffled.failures).isEqualTo(inOrder.failures);
    assertThat(states(shuffled)).isEqualTo(states(inOrder));
  }

  @Property(tries = 200)
  void shouldCountTheSameWhenItIsRestartedInBetween(
      @ForAll("traces") List<TraceEvent> events, @ForAll long seed) {
    LedgerDriver inOrder = inOrder(events);
    LedgerDriver restarted = shuffled(events, new Random(seed), true);

    assertThat(restarted.counted).isEqualTo(inOrder.counted);
    assertThat(restarted.failures).isEqualTo(inOrder.failures);
  }

  private static LedgerDriver inOrder(List<TraceEvent> events) {
    LedgerDriver driver = new LedgerDriver();
    events.forEach(driver::take);
    settle(driver);
    return driver;
  }

  private static LedgerDriver shuffled(List<TraceEvent> events, Random random, boolean restarts) {
    LedgerDriver driver = new LedgerDriver();
    List<TraceEvent> sent = new ArrayList<>(events);
    for (TraceEvent event : events) {
      while (random.nextInt(3) == 0) {
        sent.add(event);
      }
    }
    Collections.shuffle(sent, random);
    for (TraceEvent event : sent) {
      driver.take(event);
      int then = random.nextInt(6);
      if (then == 0) {
        driver.commit();
      } else if (then == 1) {
        // Without restarts also longer than an end waits for its start.
        driver.pass(Duration.ofMillis(random.nextInt(restarts ? 100 : 3_000)));
      } else if (then == 2 && restarts) {
        driver.commit();
        driver.restart(Duration.ofMillis(random.nextInt(50)));
      }
    }
    settle(driver);
    return driver;
  }

  private static void settle(LedgerDriver driver) {
    driver.commit();
    driver.pass(Duration.ofSeconds(5));
  }

  private static TraceSnapshot states(LedgerDriver driver) {
    TraceSnapshot found = driver.find("t");
    return new TraceSnapshot(
        found.tenant(),
        found.traceId(),
        found.service(),
        found.operation(),
        found.state(),
        found.startedAtMicros(),
        found.lastEventAtMicros(),
        0,
        found.durationMicros(),
        found.progressPercentage(),
        found.currentOperation(),
        found.openSpans(),
        found.context(),
        found.tags(),
        found.metadata(),
        found.metrics(),
        found.resources(),
        found.steps(),
        found.stepsDropped(),
        found.spans());
  }

  /** One to four spans with starts, updates and ends, of which any may be missing. */
  @Provide
  Arbitrary<List<TraceEvent>> traces() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 4), Arbitraries.longs(), Arbitraries.of(true, false))
        .as(
            (spans, seed, withIds) -> {
              Random random = new Random(seed);
              List<TraceEvent> events = new ArrayList<>();
              for (int span = 0; span < spans; span++) {
                events.addAll(span(span, withIds, random));
              }
              return events;
            });
  }

  private static List<TraceEvent> span(int number, boolean withIds, Random random) {
    String id = withIds ? "span-" + number : "";
    String parent = number == 0 || random.nextInt(5) == 0 ? null : "span-0";
    String operation = "plan" + (withIds ? "" : number);
    long startMs = random.nextInt(50);
    List<TraceEvent> events = new ArrayList<>();
    boolean started = random.nextInt(4) > 0;
    if (started) {
      events.add(
          event(TraceEventType.STARTED, id, startMs)
              .setTags(Map.of("k" + random.nextInt(3), "v" + random.nextInt(3)))
              .setContext(new TraceContext("c" + random.nextInt(2), null, null, null, null))
              .build());
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      events.add(update(id, startMs + random.nextInt(50), random));
    }
    if (withIds && !started && random.nextBoolean()) {
      events.addAll(reports(id, startMs, random));
    } else if (random.nextInt(3) > 0 || events.isEmpty()) {
      events.add(end(id, startMs + 50 + random.nextInt(50), random));
    }
    List<TraceEvent> complete = new ArrayList<>();
    for (TraceEvent event : events) {
      complete.add(
          TraceEvent.newBuilder(event).setParentSpanId(parent).setOperationName(operation).build());
    }
    return complete;
  }

  /** A span that is reported unfinished, as often as may be, and again when it is finished. */
  private static List<TraceEvent> reports(String id, long startMs, Random random) {
    long lastedMs = random.nextInt(50);
    List<TraceEvent> reports = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      reports.add(failing(event(TraceEventType.COMPLETED, id, startMs), random).build());
    }
    reports.add(
        failing(
                event(TraceEventType.COMPLETED, id, startMs + lastedMs)
                    .setDurationMicros(1_000L * lastedMs),
                random)
            .build());
    return reports;
  }

  private static TraceEvent update(String id, long atMs, Random random) {
    TraceEvent.Builder update =
        event(TraceEventType.UPDATED, id, atMs)
            .setProgressPercentage((double) random.nextInt(100))
            .setCurrentOperation("step " + random.nextInt(3))
            .setTags(Map.of("k" + random.nextInt(3), "v" + random.nextInt(3)))
            .setMetadata(Map.of("m", "w" + random.nextInt(3)))
            .setCustomMetrics(Map.of("tokens", (double) random.nextInt(9)))
            .setResourceUsage(
                ResourceUsage.newBuilder().setCpuUsagePercent(random.nextDouble()).build());
    if (random.nextBoolean()) {
      update.setEvents(
          List.of(
              new SpanEvent(
                  "approval_workflow",
                  "requested",
                  LedgerDriver.START.plusMillis(atMs),
                  Map.of("approver", "a" + random.nextInt(2)))));
    }
    return update.build();
  }

  private static TraceEvent end(String id, long atMs, Random random) {
    TraceEvent.Builder end = event(TraceEventType.COMPLETED, id, atMs);
    if (random.nextBoolean()) {
      end.setDurationMicros(1_000L * random.nextInt(50));
    }
    return failing(end, random).build();
  }

  private static TraceEvent.Builder failing(TraceEvent.Builder end, Random random) {
    if (random.nextInt(3) == 0) {
      end.setStatus(TraceStatus.FAILED)
          .setOutcome(
              new TraceOutcome(
                  false, null, null, new TraceError("E", "broken " + random.nextInt(2), null)));
    }
    return end;
  }
}
