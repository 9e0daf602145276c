package io.tracetide.gateway.format.otlp;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Instant;
import java.util.HexFormat;

/** Spans encoded by OpenTelemetry's classes. */
public final class Spans {

  public static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  public static final String SPAN_ID = "b7ad6b7169203331";

  private Spans() {}

  /** A valid finished span. */
  public static Span.Builder span(Instant end) {
    return Span.newBuilder()
        .setTraceId(hex(TRACE_ID))
        .setSpanId(hex(SPAN_ID))
        .setName("GET /cart")
        .setKind(Span.SpanKind.SPAN_KIND_SERVER)
        .setStartTimeUnixNano(nanos(end) - 12_345_000)
        .setEndTimeUnixNano(nanos(end));
  }

  public static ExportTraceServiceRequest request(String service, Span.Builder... spans) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (Span.Builder span : spans) {
      scope.addSpans(span);
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(text("service.name", service)))
                .addScopeSpans(scope))
        .build();
  }

  /**
   * The request in {@code otlp/checkout.json}: every field that is mapped, and every kind of value.
   */
  public static ExportTraceServiceRequest checkout() {
    KeyValueList basket =
        KeyValueList.newBuilder()
            .addValues(text("sku", "b\"17"))
            .addValues(KeyValue.newBuilder().setKey("count").setValue(integer(3)))
            .addValues(KeyValue.newBuilder().setKey("none").setValue(AnyValue.newBuilder()))
            .build();
    ArrayValue array =
        ArrayValue.newBuilder()
            .addValues(AnyValue.newBuilder().setStringValue("a"))
            .addValues(AnyValue.newBuilder().setDoubleValue(1.5))
            .addValues(AnyValue.newBuilder().setDoubleValue(Double.NaN))
            .addValues(AnyValue.newBuilder().setBoolValue(true))
            .addValues(AnyValue.newBuilder().setKvlistValue(basket))
            .build();
    Span.Event exception =
        Span.Event.newBuilder()
            .setTimeUnixNano(1_748_779_199_500_000_000L)
            .setName("exception")
            .addAttributes(text("exception.type", "java.lang.IllegalStateException"))
            .addAttributes(text("exception.message", "out of stock"))
            .addAttributes(text("exception.stacktrace", "at a\n\tat b"))
            .build();
    Span failed =
        Span.newBuilder()
            .setTraceId(hex(TRACE_ID))
            .setSpanId(hex(SPAN_ID))
            .setParentSpanId(hex("00f067aa0ba902b7"))
            .setTraceState("vendor=1,ot=th:c;rv:1")
            .setFlags(0x101)
            .setName("POST /checkout")
            .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
            .setStartTimeUnixNano(1_748_779_199_000_000_000L)
            .setEndTimeUnixNano(1_748_779_199_750_000_499L)
            .addAttributes(text("http.method", "POST"))
            .addAttributes(KeyValue.newBuilder().setKey("http.status").setValue(integer(500)))
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("ratio")
                    .setValue(AnyValue.newBuilder().setDoubleValue(0.25)))
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("retried")
                    .setValue(AnyValue.newBuilder().setBoolValue(true)))
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("raw")
                    .setValue(AnyValue.newBuilder().setBytesValue(hex("cafe"))))
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("list")
                    .setValue(AnyValue.newBuilder().setArrayValue(array)))
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("basket")
                    .setValue(AnyValue.newBuilder().setKvlistValue(basket)))
            .addEvents(exception)
            .setStatus(
                Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("no"))
            .build();
    Resource resource =
        Resource.newBuilder()
            .addAttributes(text("service.name", "checkout"))
            .addAttributes(text("host.name", "node-1"))
            .build();
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(resource)
                .addScopeSpans(
                    ScopeSpans.newBuilder()
                        .setScope(
                            InstrumentationScope.newBuilder().setName("shop").setVersion("1.2"))
                        .addSpans(failed)
                        .addSpans(span(Instant.parse("2025-06-01T11:59:58Z")))))
        .build();
  }

  public static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static AnyValue integer(long value) {
    return AnyValue.newBuilder().setIntValue(value).build();
  }

  public static ByteString hex(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  public static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
