package io.tracetide.standalone.demo;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tracetide.standalone.replay.Batch;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Encodes finished spans as one OTLP request, like a collector. */
final class SpanBatch {

  static Batch of(List<FinishedSpan> spans) {
    long lastEndMs = spans.get(spans.size() - 1).endMicros() / 1_000;
    return new Batch(spans.size(), lastEndMs, Batch.PROTOBUF, () -> request(spans).toByteArray());
  }

  static ExportTraceServiceRequest request(List<FinishedSpan> spans) {
    Map<String, ScopeSpans.Builder> byService = new LinkedHashMap<>();
    for (FinishedSpan span : spans) {
      byService
          .computeIfAbsent(span.step().operation().service(), s -> ScopeSpans.newBuilder())
          .addSpans(encode(span));
    }
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    byService.forEach(
        (service, scope) ->
            request.addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(
                        Resource.newBuilder().addAttributes(attribute("service.name", service)))
                    .addScopeSpans(scope)));
    return request.build();
  }

  private static Span encode(FinishedSpan span) {
    DemoStep step = span.step();
    Span.Builder encoded =
        Span.newBuilder()
            .setTraceId(id(span.traceIdHigh(), span.traceIdLow()))
            .setSpanId(id(span.spanId()))
            .setName(step.operation().name())
            .setKind(
                step.event().isPresent()
                    ? Span.SpanKind.SPAN_KIND_INTERNAL
                    : Span.SpanKind.SPAN_KIND_SERVER)
            .setStartTimeUnixNano(span.startMicros() * 1_000)
            .setEndTimeUnixNano(span.endMicros() * 1_000);
    if (span.parentSpanId() != 0) {
      encoded.setParentSpanId(id(span.parentSpanId()));
    }
    span.attributes().forEach((key, value) -> encoded.addAttributes(attribute(key, value)));
    step.event().ifPresent(name -> encoded.addEvents(event(name, span)));
    if (span.failed()) {
      encoded.setStatus(
          Status.newBuilder()
              .setCode(Status.StatusCode.STATUS_CODE_ERROR)
              .setMessage(step.operation().failure()));
    }
    return encoded.build();
  }

  private static Span.Event event(String name, FinishedSpan span) {
    Span.Event.Builder event =
        Span.Event.newBuilder()
            .setName(name)
            .setTimeUnixNano(span.endMicros() * 1_000)
            .addAttributes(attribute("outcome", span.failed() ? "failed" : "completed"));
    span.attributes().forEach((key, value) -> event.addAttributes(attribute(key, value)));
    return event.build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString id(long... parts) {
    ByteBuffer bytes = ByteBuffer.allocate(parts.length * Long.BYTES);
    for (long part : parts) {
      bytes.putLong(part);
    }
    return ByteString.copyFrom(bytes.flip());
  }

  private SpanBatch() {}
}
