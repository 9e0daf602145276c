package io.tracetide.benchmarks.span;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tracetide.benchmarks.span.SampleSpan.Tag;
import java.nio.ByteBuffer;
import java.util.List;

/** OTLP in Protobuf. */
final class OtlpProtobufEncoding {

  private static final long NANOS_PER_MICRO = 1_000;

  private OtlpProtobufEncoding() {}

  static byte[] encode(List<SampleSpan> spans) {
    ScopeSpans.Builder scope =
        ScopeSpans.newBuilder().setScope(InstrumentationScope.newBuilder().setName("bench"));
    spans.forEach(span -> scope.addSpans(message(span)));
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(attribute("service.name", spans.get(0).service()))
                        .addAttributes(attribute("host.ip", "10.1.2.3")))
                .addScopeSpans(scope))
        .build()
        .toByteArray();
  }

  private static Span message(SampleSpan span) {
    Span.Builder message =
        Span.newBuilder()
            .setTraceId(bytes(span.traceHigh(), span.traceLow()))
            .setSpanId(bytes(span.spanId()))
            .setName(span.operation())
            .setKindValue(span.kind().number())
            .setStartTimeUnixNano(span.startMicros() * NANOS_PER_MICRO)
            .setEndTimeUnixNano((span.startMicros() + span.durationMicros()) * NANOS_PER_MICRO);
    if (span.parentId() != 0) {
      message.setParentSpanId(bytes(span.parentId()));
    }
    for (Tag tag : span.tags()) {
      message.addAttributes(attribute(tag.key(), tag.value()));
    }
    if (span.failed()) {
      message.setStatus(
          Status.newBuilder()
              .setCode(Status.StatusCode.STATUS_CODE_ERROR)
              .setMessage("the upstream gave up"));
    }
    return message.build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString bytes(long... halves) {
    ByteBuffer buffer = ByteBuffer.allocate(halves.length * Long.BYTES);
    for (long half : halves) {
      buffer.putLong(half);
    }
    return ByteString.copyFrom(buffer.flip());
  }
}
