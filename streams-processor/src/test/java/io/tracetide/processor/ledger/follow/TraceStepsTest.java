package io.tracetide.processor.ledger.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceStepsTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final LedgerConfig.Limits LIMITS =
      new LedgerConfig.Limits(8, 10, 10, 1_024, 65_536);

  @Test
  void shouldKeepTheOrderOfEventsWithEqualTimes() {
    List<String> names = List.of("created", "started", "requested", "approved", "shipped");

    assertThat(order(names.stream().map(name -> event(name, 0)).toList()))
        .containsExactlyElementsOf(names);
  }

  @Test
  void shouldKeepTheOrderOfEventsThatFollowEqualTimesWithinAMicrosecond() {
    List<SpanEvent> events = List.of(event("d", 0), event("c", 0), event("b", 1), event("a", 2));

    assertThat(order(events)).containsExactly("d", "c", "b", "a");
  }

  @Test
  void shouldOrderEventsByTheirTimes() {
    assertThat(order(List.of(event("b", 20), event("c", 30), event("a", 10), event("d", 40))))
        .containsExactly("a", "b", "c", "d");
  }

  /** Names of the events of a span in the order of the trace's steps. */
  private static List<String> order(List<SpanEvent> events) {
    TraceEvent span =
        TraceEvent.newBuilder()
            .setType(TraceEventType.COMPLETED)
            .setTraceId("trace-1")
            .setSpanId("root")
            .setServiceName("planner")
            .setOperationName("plan")
            .setStatus(TraceStatus.COMPLETED)
            .setTimestamp(START.plusSeconds(1))
            .setEvents(events)
            .build();
    FollowedSteps steps = new FollowedSteps();
    TraceSteps.of(span, 0, LIMITS).forEach(step -> steps.add(step, LIMITS));
    return steps.all().stream()
        .filter(step -> step.kind() != TraceStep.Kind.ENDED)
        .map(TraceStep::name)
        .toList();
  }

  private static SpanEvent event(String name, long atMicros) {
    return SpanEvent.newBuilder()
        .setEventName(name)
        .setEventType("approval_workflow")
        .setTimestamp(START.plusNanos(atMicros * 1_000))
        .build();
  }
}
