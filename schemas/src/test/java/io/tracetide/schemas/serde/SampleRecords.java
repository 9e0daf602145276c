package io.tracetide.schemas.serde;

import io.tracetide.schemas.PerformanceIndicators;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records with something in every kind of field. */
final class SampleRecords {

  private static final Instant END = Instant.parse("2026-03-01T12:00:00.123456Z");

  private SampleRecords() {}

  static TraceEvent traceEvent() {
    return TraceEvent.newBuilder()
        .setType(TraceEventType.COMPLETED)
        .setTraceId("4bf92f3577b34da6a3ce929d0e0e4736")
        .setSpanId("00f067aa0ba902b7")
        .setServiceName("checkout")
        .setOperationName("POST /orders")
        .setSpanKind(SpanKind.SERVER)
        .setStatus(TraceStatus.FAILED)
        .setTimestamp(END)
        .setDurationMicros(1_500L)
        .setContext(TraceContext.newBuilder().setContextId("c-1").setPlanId("p-1").build())
        .setTags(Map.of("region", "eu", "größe", "groß", "empty", ""))
        .setCustomMetrics(Map.of("items", 3.5))
        .setPerformanceSummary(
            PerformanceIndicators.newBuilder().setLatencyP95Ms(Double.MAX_VALUE).build())
        .setEvents(
            List.of(
                SpanEvent.newBuilder()
                    .setEventType("trace_milestone")
                    .setEventName("paid")
                    .setTimestamp(END)
                    .setAttributes(Map.of("amount", "12.50"))
                    .build()))
        .setOutcome(
            TraceOutcome.newBuilder()
                .setSuccess(false)
                .setError(TraceError.newBuilder().setType("Timeout").setMessage("no").build())
                .build())
        .setSamplingWeight(10.0)
        .build();
  }
}
