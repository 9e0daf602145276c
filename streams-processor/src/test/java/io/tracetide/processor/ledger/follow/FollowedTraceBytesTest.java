package io.tracetide.processor.ledger.follow;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Traces that are stored must be readable after an upgrade, and are written as before. */
class FollowedTraceBytesTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final LedgerConfig.Limits LIMITS = new LedgerConfig.Limits(8, 10, 10, 64, 65_536);

  private static TraceEvent.Builder event(TraceEventType type, String spanId, long atMs) {
    return TraceEvent.newBuilder()
        .setType(type)
        .setTraceId("trace-1")
        .setSpanId(spanId)
        .setServiceName("planner")
        .setOperationName("plan")
        .setStatus(type == TraceEventType.COMPLETED ? TraceStatus.FAILED : TraceStatus.RUNNING)
        .setTimestamp(START.plusMillis(atMs));
  }

  private static FollowedTrace trace() {
    FollowedTrace trace = new FollowedTrace("acme", "trace-1");
    TraceEvent.Builder start =
        event(TraceEventType.STARTED, "root", 0)
            .setTags(Map.of("region", "eu"))
            .setMetadata(Map.of("owner", "ops"))
            .setContext(TraceContext.newBuilder().setPlanId("p1").setUserId("u1").build());
    trace.merge(start.build(), 120, LIMITS);
    TraceEvent.Builder update =
        event(TraceEventType.UPDATED, "root", 40)
            .setProgressPercentage(40.5)
            .setCurrentOperation("collect")
            .setCustomMetrics(Map.of("queue", 3.5))
            .setResourceUsage(ResourceUsage.newBuilder().setCpuUsagePercent(12.5).build())
            .setEvents(
                List.of(
                    SpanEvent.newBuilder()
                        .setEventName("approved")
                        .setEventType("APPROVAL_WORKFLOW")
                        .setTimestamp(START.plusMillis(30))
                        .setAttributes(Map.of("by", "kim"))
                        .build()));
    trace.merge(update.build(), 180, LIMITS);
    TraceEvent.Builder end =
        event(TraceEventType.COMPLETED, "child", 90)
            .setParentSpanId("root")
            .setSpanKind(SpanKind.CLIENT)
            .setDurationMicros(7_000L)
            .setOutcome(
                TraceOutcome.newBuilder()
                    .setError(TraceError.newBuilder().setType("E").setMessage("broken").build())
                    .build());
    trace.merge(end.build(), 150, LIMITS);
    trace.touch(1_772_366_400_500L, 77_000);
    trace.judgeAgainMs = 1_772_366_460_000L;
    trace.allowedSilenceMs = 30_000;
    trace.silence = new Silence(Silence.Kind.STUCK, 1_772_366_430_500L, 30_000);
    trace.inHistory = true;
    trace.reported.add(
        new Breach(
            Detector.LEDGER,
            AnomalyKind.STUCK_TRACE,
            "",
            Severity.HIGH,
            Map.of("silence_ms", 31_000.0),
            Map.of("silence_ms", 30_000.0),
            "open, and silent"));
    trace.hold(new byte[] {1, 2, 3});
    return trace;
  }

  static List<String> lines() {
    FollowedTrace open = trace();
    FollowedTrace ended = trace();
    ended.merge(
        event(TraceEventType.COMPLETED, "root", 120).setDurationMicros(120_000L).build(),
        90,
        LIMITS);
    ended.endedAt = 80_000;
    FollowedTrace large = trace();
    for (int i = 0; i < 40; i++) {
      large.merge(
          event(TraceEventType.COMPLETED, "s" + i, 200 + i)
              .setTags(Map.of("k" + i, "v".repeat(80)))
              .build(),
          i == 39 ? 400_000 : 100,
          LIMITS);
    }
    List<String> lines = new ArrayList<>();
    for (FollowedTrace trace : List.of(open, ended, large)) {
      lines.add(HexFormat.of().formatHex(trace.encode(123_456, new FactWriter())));
    }
    return lines;
  }

  private static List<String> golden(int format) throws IOException {
    try (InputStream in =
        FollowedTraceBytesTest.class.getResourceAsStream(
            "/ledger/followed-traces-%d.hex".formatted(format))) {
      return new String(requireNonNull(in).readAllBytes(), US_ASCII).lines().toList();
    }
  }

  @Test
  void shouldWriteTheBytesOfTheStoredFormat() throws IOException {
    assertThat(lines()).isEqualTo(golden(FollowedTrace.FORMAT));
  }

  @Test
  void shouldReadTracesStoredWithoutKindsOfSpans() throws IOException {
    for (String line : golden(1)) {
      TraceSnapshot trace = FollowedTrace.decode(HexFormat.of().parseHex(line)).snapshotWithSpans();
      assertThat(trace.traceId()).isEqualTo("trace-1");
      assertThat(trace.spans())
          .isNotEmpty()
          .allSatisfy(span -> assertThat(span.kind()).isEqualTo(SpanKind.UNSPECIFIED));
    }
  }

  @Test
  void shouldReadTheStoredFormat() throws IOException {
    for (String line : golden(FollowedTrace.FORMAT)) {
      byte[] bytes = HexFormat.of().parseHex(line);
      FollowedTrace trace = FollowedTrace.decode(bytes);
      assertThat(trace.snapshot().traceId()).isEqualTo("trace-1");
      assertThat(trace.encode(123_456, new FactWriter())).isEqualTo(bytes);
    }
  }
}
