package io.tracetide.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.tracetide.client.text.ErrorText;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.Test;

/** Invalid arguments never make a method throw. */
class HostileUseTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final TestEmitters emitters = new TestEmitters();
  private final MockProducer<byte[], byte[]> kafka = TestEmitters.producer();

  @Test
  void shouldThrowNothingWhenEverythingIsNull() {
    try (TraceEmitter emitter = emitters.start(kafka)) {
      assertThatCode(
              () -> {
                ExecutionTrace trace = emitter.startExecutionTrace(null, null, null, null);
                trace.tag(null, "v").tag("k", null).metadata(null, null).customMetric(null, 1);
                trace.resourceUsage(null).performanceIndicators(null);
                trace.performanceSummary(null).resourceUtilization(null);
                trace.update((String) null);
                trace.update((Consumer<TraceEvent.Builder>) null);
                trace.event(null, null, null);
                trace.link(null, null);
                trace.approvalRequested(null, null);
                trace.rejected("id", null, null);
                trace.child(null, null).complete((String) null, null);
                trace.fail(null);
                emitter.joinExecutionTrace(null, null, null, null, null).close();
                emitter.startFrom(null, null, null, null, null, null).cancel();
                emitter.emit((TraceEvent) null);
                emitter.emit((MetricSample) null);
              })
          .doesNotThrowAnyException();
      assertThat(emitter.flush(SOON)).isTrue();

      assertThat(emitter.stats().dropped(DropReason.INVALID)).isEqualTo(1);
      assertThat(emitter.metricStats().dropped(DropReason.INVALID)).isEqualTo(1);
      assertThat(emitters.events(kafka))
          .extracting(TraceEvent::getOperationName)
          .containsOnly("unknown_operation");
    }
  }

  @Test
  void shouldCutWhatIsTooLongAndLeaveOutWhatIsNoNumber() {
    String huge = "\uD83D\uDE00".repeat(50_000);
    Map<String, String> tags = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      tags.put("key" + i, huge);
    }
    tags.put(null, "no key");
    try (TraceEmitter emitter = emitters.start(kafka)) {
      ExecutionTrace trace = emitter.startExecutionTrace(huge, null, tags);
      trace.tag(huge, huge);
      trace.progress(Double.NaN);
      trace.progress(Double.POSITIVE_INFINITY);
      trace.customMetric("nan", Double.NaN).customMetric("fine", 1);
      for (int i = 0; i < 100; i++) {
        trace.customMetric("m" + i, i);
      }
      trace.complete(huge, huge);
      emitter.flush(SOON);
    }

    TraceEvent end = emitters.events(kafka).get(2);
    assertThat(emitters.events(kafka)).hasSize(3);
    assertThat(emitters.events(kafka).get(1).getProgressPercentage()).isEqualTo(100);
    assertThat(end.getOperationName()).hasSize(256);
    assertThat(end.getTags()).hasSize(64).allSatisfy((k, v) -> assertThat(v).hasSize(4_096));
    assertThat(end.getCustomMetrics()).hasSize(64).containsKey("fine").doesNotContainKey("nan");
    assertThat(end.getOutcome().getOutput()).hasSize(4_096);
  }

  @Test
  void shouldPublishTheEndEvenWhenTheCodeThatFillsItInFails() {
    try (TraceEmitter emitter = emitters.start(kafka)) {
      ExecutionTrace trace = emitter.startExecutionTrace("work");
      trace.update(
          fields -> {
            throw new IllegalStateException("broken");
          });
      trace.complete(fields -> fields.setOperationName(null));
      emitter.flush(SOON);

      assertThat(emitters.events(kafka))
          .extracting(TraceEvent::getType)
          .containsExactly(TraceEventType.STARTED, TraceEventType.COMPLETED);
      assertThat(emitter.stats().dropped(DropReason.INVALID)).isEqualTo(2);
      assertThat(emitter.stats().pending()).isZero();
    }
  }

  @Test
  void shouldSurviveMapsAndExceptionsThatThrow() {
    try (TraceEmitter emitter = emitters.start(kafka)) {
      ExecutionTrace trace = emitter.startExecutionTrace("work", null, new BrokenMap());
      trace.event("type", "name", new BrokenMap());
      trace.fail(new BrokenException());
      emitter.flush(SOON);
    }

    TraceError error = emitters.events(kafka).get(2).getOutcome().getError();
    assertThat(error.getType()).endsWith("BrokenException");
    assertThat(error.getMessage()).isEmpty();
  }

  @Test
  void shouldFormatOnlyTheKeptPartOfAnEndlessChainOfCauses() {
    Exception cause = new Exception("x".repeat(100_000));
    for (int i = 0; i < 10_000; i++) {
      cause = new Exception("level " + i, cause);
    }
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);

    long began = System.nanoTime();
    TraceError error = ErrorText.of(cause);
    TraceError circle = ErrorText.of(first);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    assertThat(error.getStack()).hasSizeLessThanOrEqualTo(16_384).contains("Caused by: ");
    assertThat(circle.getStack()).containsOnlyOnce("java.lang.Exception: first");
  }

  @Test
  void shouldCountAnEventThatCannotBeSerializedAsInvalid() {
    try (TraceEmitter emitter = emitters.start(kafka)) {
      emitter.emit(event().setTimestamp(Instant.MAX).build());
      emitter.emit(event().setTimestamp(Instant.ofEpochSecond(-1)).build());
      emitter.emit(new TraceEvent());
      emitter.emit(event().build());
      assertThat(emitter.flush(SOON)).isTrue();

      assertThat(emitter.stats().acknowledged()).isEqualTo(1);
      assertThat(emitter.stats().dropped(DropReason.INVALID)).isEqualTo(3);
    }
  }

  @Test
  void shouldDropAnEventLargerThanTheQueue() {
    try (TraceEmitter emitter =
        emitters.start(() -> kafka, builder -> builder.queueBytes(100_000))) {
      emitter.emit(event().setMetadata(Map.of("k", "v".repeat(200_000))).build());
      emitter.emit(event().build());
      emitter.flush(SOON);

      assertThat(emitter.stats().dropped(DropReason.TOO_LARGE)).isEqualTo(1);
      assertThat(emitter.stats().acknowledged()).isEqualTo(1);
    }
  }

  @Test
  void shouldTakeAnyTimeoutForFlushAndClose() {
    TraceEmitter emitter = emitters.start(kafka);
    emitter.startExecutionTrace("work");

    assertThat(emitter.flush(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    assertThatCode(() -> emitter.flush(Duration.ofSeconds(-1))).doesNotThrowAnyException();
    assertThat(emitter.close(Duration.ofDays(1_000_000))).isTrue();
    assertThat(emitter.flush(SOON)).as("nothing is left to wait for").isTrue();
  }

  private static TraceEvent.Builder event() {
    return TraceEvent.newBuilder()
        .setType(TraceEventType.COMPLETED)
        .setStatus(TraceStatus.COMPLETED)
        .setTraceId("t")
        .setServiceName("shop")
        .setOperationName("work")
        .setTimestamp(TestEmitters.NOW);
  }

  private static final class BrokenMap extends AbstractMap<String, String> {
    @Override
    public Set<Entry<String, String>> entrySet() {
      throw new IllegalStateException("broken");
    }
  }

  private static final class BrokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("broken");
    }
  }
}
