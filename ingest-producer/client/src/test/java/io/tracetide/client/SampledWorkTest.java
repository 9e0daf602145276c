package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.Test;

class SampledWorkTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String LOW = parent(1);
  private static final String HIGH = parent((1L << 56) - 1);

  private final TestEmitters emitters = new TestEmitters();
  private final MockProducer<byte[], byte[]> kafka = TestEmitters.producer();

  /** Evenly distributed ids, so that expected values are exact. */
  @Test
  void shouldHaveWeightsThatSumToAllSpans() {
    int traces = 4_000;
    try (TraceEmitter emitter = emitter(Sampling.of(0.25))) {
      for (int i = 0; i < traces; i++) {
        long bits = (long) ((i + 0.5) / traces * 0x1p56);
        ExecutionTrace trace = emitter.startFrom(parent(bits), null, "work");
        trace.customMetric("items", 2);
        trace.update("half of it");
        boolean slow = i % 10 == 3;
        if (i % 10 == 7) {
          trace.fail(new IllegalStateException("broken"));
        } else if (i % 20 == 9) {
          trace.cancel();
        } else {
          trace.complete(fields -> fields.setDurationMicros(slow ? 900_000L : 1_000L));
        }
      }
      emitter.flush(SOON);
    }

    List<TraceEvent> ends = ends();
    assertThat(weight(ends, null)).isCloseTo(traces, within(1e-6));
    assertThat(weight(ends, TraceStatus.FAILED)).isCloseTo(traces / 10.0, within(1e-6));
    assertThat(weight(ends, TraceStatus.CANCELLED)).isCloseTo(traces / 20.0, within(1e-6));
    assertThat(
            ends.stream()
                .filter(event -> event.getDurationMicros() == 900_000L)
                .mapToDouble(TraceEvent::getSamplingWeight)
                .sum())
        .isCloseTo(traces / 10.0, within(1e-6));
    assertThat(ends.size())
        .as("a quarter of the ordinary ones, and all others")
        .isEqualTo(traces / 4 + traces / 4 * 3 / 4);
    assertThat(
            emitters.events(kafka).stream()
                .mapToDouble(
                    event ->
                        event.getSamplingWeight()
                            * event.getCustomMetrics().getOrDefault("items", 0.0))
                .sum())
        .as("measures that go with updates are counted for sampled traces only")
        .isCloseTo(2.0 * traces, within(1e-6));
  }

  @Test
  void shouldCountButNotPublishAnOrdinarySpanThatIsNotSampled() {
    try (TraceEmitter emitter = emitter(Sampling.of(0.5))) {
      ExecutionTrace trace = emitter.startFrom(LOW, "ot=th:0", "work");
      assertThat(trace.isSampled()).as("the caller says that it is").isTrue();
      trace.complete();

      ExecutionTrace other = emitter.startFrom(LOW, null, "work");
      other.progress(50);
      other.child("part").complete();
      other.complete();
      emitter.flush(SOON);

      assertThat(other.isSampled()).isFalse();
      assertThat(other.traceparent()).endsWith("-00");
      assertThat(emitter.stats().emitted()).isEqualTo(2);
      assertThat(emitter.stats().unsampled()).isEqualTo(2);
    }
  }

  @Test
  void shouldAddInnerEventsToTheEndOfAFailedSpanThatIsNotSampled() {
    try (TraceEmitter emitter = emitter(Sampling.of(0.5))) {
      ExecutionTrace trace = emitter.startFrom(LOW, null, "work");
      trace.tag("shop", "berlin");
      for (int i = 0; i < 2 * EventFields.KEPT_EVENTS; i++) {
        trace.milestone("step " + i);
      }
      trace.fail(new IllegalStateException("broken"));
      emitter.flush(SOON);
    }

    TraceEvent end = emitters.events(kafka).get(0);
    assertThat(kafka.history()).hasSize(1);
    assertThat(end.getType()).isEqualTo(TraceEventType.COMPLETED);
    assertThat(end.getSamplingWeight()).isEqualTo(1);
    assertThat(end.getTags()).isEqualTo(Map.of("shop", "berlin"));
    assertThat(end.getEvents())
        .hasSize(EventFields.KEPT_EVENTS)
        .extracting(SpanEvent::getEventName)
        .contains("step 63")
        .doesNotContain("step 31");
  }

  @Test
  void shouldWeightEventsOfASampledSpanButNotItsFailure() {
    try (TraceEmitter emitter = emitter(Sampling.of(0.5))) {
      ExecutionTrace trace = emitter.startFrom(HIGH, null, "work");
      ExecutionTrace child = trace.child("part");
      child.complete();
      trace.fail(new IllegalStateException("broken"));
      emitter.flush(SOON);
    }

    assertThat(emitters.events(kafka))
        .extracting(TraceEvent::getSamplingWeight)
        .containsExactly(2.0, 2.0, 2.0, 1.0);
  }

  @Test
  void shouldJudgeSlownessByTheDurationThatIsPublished() {
    try (TraceEmitter emitter = emitter(Sampling.of(0.5))) {
      emitter
          .startFrom(LOW, null, "slow")
          .complete(fields -> fields.setDurationMicros(500_000L).setSamplingWeight(17));
      emitter.startFrom(LOW, null, "quick").complete(fields -> fields.setDurationMicros(499_999L));
      emitter.flush(SOON);
    }

    assertThat(emitters.events(kafka))
        .singleElement()
        .satisfies(event -> assertThat(event.getOperationName()).isEqualTo("slow"))
        .satisfies(event -> assertThat(event.getSamplingWeight()).isEqualTo(1));
  }

  @Test
  void shouldTakePartInTheTraceOfACallerAndHandItOn() {
    try (TraceEmitter emitter = emitter(Sampling.all())) {
      ExecutionTrace trace = emitter.startFrom(HIGH, "ot=th:8,vendor=x", "work");
      ExecutionTrace callee = emitter.startFrom(trace.traceparent(), trace.tracestate(), "call");
      assertThat(trace.traceparent())
          .isEqualTo("00-%s-%s-01".formatted(trace.traceId(), trace.spanId()));
      assertThat(callee.tracestate()).isEqualTo("ot=th:8,vendor=x");
      emitter.flush(SOON);
    }

    List<TraceEvent> events = emitters.events(kafka);
    assertThat(events.get(0).getParentSpanId()).isEqualTo("00f067aa0ba902b7");
    assertThat(events.get(0).getTraceFlags()).isEqualTo(1);
    assertThat(events.get(0).getSamplingWeight()).isEqualTo(2);
    assertThat(events.get(1).getTraceId()).isEqualTo(events.get(0).getTraceId());
    assertThat(events.get(1).getParentSpanId()).isEqualTo(events.get(0).getSpanId());
  }

  @Test
  void shouldBeginATraceWhenTheCallersHeaderIsNotValid() {
    try (TraceEmitter emitter = emitter(Sampling.all())) {
      ExecutionTrace trace = emitter.startFrom("00-junk", "ot=th:8", "work");

      assertThat(trace.traceId()).matches("[0-9a-f]{32}");
      assertThat(trace.traceparent()).endsWith("-03");
      assertThat(trace.tracestate()).isEqualTo("ot=th:0");
    }
  }

  @Test
  void shouldHaveNoHeaderForATraceWithAnIdOfItsOwnKind() {
    try (TraceEmitter emitter = emitter(Sampling.all())) {
      ExecutionTrace trace = emitter.joinExecutionTrace("order 17", "1", "work", null, Map.of());

      assertThat(trace.traceId()).isEqualTo("order 17");
      assertThat(trace.traceparent()).isEmpty();
    }
  }

  private TraceEmitter emitter(Sampling sampling) {
    return emitters.start(
        () -> kafka,
        builder ->
            builder
                .sampling(sampling.alwaysWhenSlowerThan(Duration.ofMillis(500)))
                .queueCapacity(100_000));
  }

  private List<TraceEvent> ends() {
    return emitters.events(kafka).stream()
        .filter(event -> event.getType() == TraceEventType.COMPLETED)
        .toList();
  }

  private static double weight(List<TraceEvent> ends, TraceStatus status) {
    return ends.stream()
        .filter(event -> status == null || event.getStatus() == status)
        .mapToDouble(TraceEvent::getSamplingWeight)
        .sum();
  }

  private static String parent(long bits) {
    return "00-%018x%014x-00f067aa0ba902b7-01".formatted(7, bits);
  }
}
