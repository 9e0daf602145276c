package io.tracetide.gateway.format.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.CapturedBatch;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpMappingTest {

  private static final Instant END = CapturedBatch.NOW.minusSeconds(2);

  private final OtlpProtobuf protobuf = new OtlpProtobuf();
  private final OtlpJson json =
      new OtlpJson(new JsonBodies(BodyLimits.defaults()), BodyLimits.defaults().jsonValues());

  @Test
  void shouldMapProtobufAndJsonToTheSameEvents() throws IOException {
    List<TraceEvent> fromProtobuf = read(Spans.checkout()).events();
    List<TraceEvent> fromJson = readJson(resource("otlp/checkout.json")).events();

    assertThat(fromJson).hasSize(2).isEqualTo(fromProtobuf);
  }

  @Test
  void shouldMapEveryFieldOfAFailedSpan() {
    TraceEvent event = read(Spans.checkout()).events().get(0);

    assertThat(event.getTenantId()).isEqualTo("acme");
    assertThat(event.getType()).isEqualTo(TraceEventType.COMPLETED);
    assertThat(event.getTraceId()).isEqualTo(Spans.TRACE_ID);
    assertThat(event.getSpanId()).isEqualTo(Spans.SPAN_ID);
    assertThat(event.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
    assertThat(event.getServiceName()).isEqualTo("checkout");
    assertThat(event.getOperationName()).isEqualTo("POST /checkout");
    assertThat(event.getSpanKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.FAILED);
    assertThat(event.getTimestamp()).isEqualTo(Instant.parse("2025-06-01T11:59:59.750Z"));
    assertThat(event.getDurationMicros()).isEqualTo(750_000);
    assertThat(event.getTraceFlags()).isEqualTo(1);
    assertThat(event.getSamplingWeight()).isCloseTo(4, within(1e-9));
    assertThat(event.getTags())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "http.method", "POST",
                "http.status", "500",
                "ratio", "0.25",
                "retried", "true",
                "raw", "yv4=",
                "list", "[\"a\",1.5,\"NaN\",true,{\"sku\":\"b\\\"17\",\"count\":3,\"none\":null}]",
                "basket", "{\"sku\":\"b\\\"17\",\"count\":3,\"none\":null}"));
    assertThat(event.getMetadata())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("host.name", "node-1", "otel.scope.name", "shop", "otel.scope.version", "1.2"));
    SpanEvent exception = event.getEvents().get(0);
    assertThat(exception.getEventName()).isEqualTo("exception");
    assertThat(exception.getTimestamp()).isEqualTo(Instant.parse("2025-06-01T11:59:59.500Z"));
    assertThat(event.getOutcome().getSuccess()).isFalse();
    assertThat(event.getOutcome().getError())
        .isEqualTo(
            new TraceError("java.lang.IllegalStateException", "out of stock", "at a\n\tat b"));
  }

  @Test
  void shouldMapAFinishedSpanWithoutTrimmings() {
    TraceEvent event = read(Spans.request("cart", Spans.span(END))).onlyEvent();

    assertThat(event.getStatus()).isEqualTo(TraceStatus.COMPLETED);
    assertThat(event.getParentSpanId()).isNull();
    assertThat(event.getDurationMicros()).isEqualTo(12_345);
    assertThat(event.getOutcome()).isNull();
    assertThat(event.getSamplingWeight()).isEqualTo(1);
    assertThat(event.getTags()).isEmpty();
  }

  @Test
  void shouldReadWorkflowAttributesFromBothEncodings() {
    Span.Builder span =
        Spans.span(END)
            .addAttributes(Spans.text("mplp.context_id", "ctx-1"))
            .addAttributes(Spans.text("tracetide.plan.id", "plan-7"))
            .addAttributes(Spans.text("tracetide.userId", "u-3"))
            .addAttributes(Spans.text("tracetide.session_id", "s-4"))
            .addAttributes(Spans.text("tracetide.correlation_id", "order-9"))
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("tracetide.progress")
                    .setValue(AnyValue.newBuilder().setDoubleValue(62.5)))
            .addAttributes(Spans.text("mplp.current_operation", "comparing flights"))
            .addAttributes(Spans.text("mplp.role", "planner"));

    TraceEvent event = read(Spans.request("planner", span)).onlyEvent();
    TraceEvent fromJson =
        readJson(
                request(
                    """
                    ,"attributes":[
                      {"key":"mplp.context_id","value":{"stringValue":"ctx-1"}},
                      {"key":"tracetide.plan.id","value":{"stringValue":"plan-7"}},
                      {"key":"tracetide.userId","value":{"stringValue":"u-3"}},
                      {"key":"tracetide.session_id","value":{"stringValue":"s-4"}},
                      {"key":"tracetide.correlation_id","value":{"stringValue":"order-9"}},
                      {"key":"tracetide.progress","value":{"doubleValue":62.5}},
                      {"key":"mplp.current_operation","value":{"stringValue":"comparing flights"}},
                      {"key":"mplp.role","value":{"stringValue":"planner"}}]\
                    """))
            .onlyEvent();

    assertThat(event.getContext())
        .isEqualTo(new TraceContext("ctx-1", "plan-7", "u-3", "s-4", "order-9"));
    assertThat(event.getProgressPercentage()).isEqualTo(62.5);
    assertThat(event.getCurrentOperation()).isEqualTo("comparing flights");
    assertThat(event.getTags()).isEqualTo(Map.of("mplp.role", "planner"));
    assertThat(fromJson.getContext()).isEqualTo(event.getContext());
    assertThat(fromJson.getProgressPercentage()).isEqualTo(event.getProgressPercentage());
    assertThat(fromJson.getCurrentOperation()).isEqualTo(event.getCurrentOperation());
    assertThat(fromJson.getTags()).isEqualTo(event.getTags());
  }

  @ParameterizedTest
  @CsvSource({"half", "101", "-1", "NaN"})
  void shouldKeepAProgressThatIsNoneAsATag(String progress) {
    Span.Builder span = Spans.span(END).addAttributes(Spans.text("tracetide.progress", progress));

    TraceEvent event = read(Spans.request("planner", span)).onlyEvent();

    assertThat(event.getProgressPercentage()).isNull();
    assertThat(event.getContext()).isNull();
    assertThat(event.getTags()).isEqualTo(Map.of("tracetide.progress", progress));
  }

  @ParameterizedTest
  @CsvSource({
    "plan_execution,  ,                     ,                  ,                   ,               "
        + "    plan_execution,    plan_execution",
    "plan_execution,  ,                     ,                  event.name,         step 2,         "
        + "    plan_execution,    step 2",
    "approval_workflow, ,                   ,                  name,               approved,       "
        + "    approval_workflow, approved",
    "stock reserved,  tracetide.event_type, trace_milestone,   ,                   ,               "
        + "    trace_milestone,   stock reserved",
    "log,             event.type,           context_lifecycle, event.name,         created,        "
        + "    context_lifecycle, created",
    "log,             event.type,           click,             event.name,         button,         "
        + "    log,               log",
  })
  void shouldRecogniseEventsOfASharedType(
      String name,
      String typeKey,
      String type,
      String nameKey,
      String ownName,
      String expectedType,
      String expectedName) {
    Span.Event.Builder event = Span.Event.newBuilder().setTimeUnixNano(Spans.nanos(END));
    StringBuilder attributes = new StringBuilder();
    if (nameKey != null) {
      event.addAttributes(Spans.text(nameKey, ownName));
      attributes.append(attribute(nameKey, ownName));
    }
    if (typeKey != null) {
      event.addAttributes(Spans.text(typeKey, type));
      attributes.append(attributes.isEmpty() ? "" : ",").append(attribute(typeKey, type));
    }
    Span.Builder span = Spans.span(END).addEvents(event.setName(name));
    String inJson =
        ",\"events\":[{\"attributes\":[%s],\"name\":\"%s\",\"timeUnixNano\":\"%d\"}]"
            .formatted(attributes, name, Spans.nanos(END));

    SpanEvent read = read(Spans.request("planner", span)).onlyEvent().getEvents().get(0);

    assertThat(read.getEventType()).isEqualTo(expectedType);
    assertThat(read.getEventName()).isEqualTo(expectedName);
    assertThat(readJson(request(inJson)).onlyEvent().getEvents()).containsExactly(read);
  }

  @Test
  void shouldMapLinksToEventsFromEitherEncoding() {
    Span.Builder span =
        Spans.span(Instant.parse("2025-06-01T11:59:51Z"))
            .setStartTimeUnixNano(1_748_779_190_000_000_000L)
            .addLinks(
                Span.Link.newBuilder()
                    .setTraceId(Spans.hex("4bf92f3577b34da6a3ce929d0e0e4736"))
                    .setSpanId(Spans.hex("00f067aa0ba902b7"))
                    .addAttributes(Spans.text("why", "batch")))
            .addLinks(Span.Link.newBuilder().setTraceId(Spans.hex("4bf9")));

    List<SpanEvent> links = read(Spans.request("cart", span)).onlyEvent().getEvents();

    assertThat(links)
        .containsExactly(
            new SpanEvent(
                "link",
                "4bf92f3577b34da6a3ce929d0e0e4736",
                Instant.parse("2025-06-01T11:59:50Z"),
                Map.of(
                    "why", "batch",
                    "traceId", "4bf92f3577b34da6a3ce929d0e0e4736",
                    "spanId", "00f067aa0ba902b7")));
    assertThat(
            readJson(
                    request(
                        """
                        ,"links":[
                          {"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",
                           "attributes":[{"key":"why","value":{"stringValue":"batch"}}]},
                          {"traceId":"4bf9"}]\
                        """))
                .onlyEvent()
                .getEvents())
        .isEqualTo(links);
  }

  private static String attribute(String key, String value) {
    return "{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}".formatted(key, value);
  }

  private static String request(String more) {
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[%s]}]}]}".formatted(span(more));
  }

  @Test
  void shouldTakeTheStatusMessageWhenAFailedSpanHasNoException() {
    Span.Builder span =
        Spans.span(END)
            .setStatus(
                Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("no"));

    TraceEvent event = read(Spans.request("cart", span)).onlyEvent();

    assertThat(event.getOutcome().getError()).isEqualTo(new TraceError("", "no", null));
  }

  @Test
  void shouldUseUnknownServiceWhenTheResourceHasNoName() {
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .addScopeSpans(ScopeSpans.newBuilder().addSpans(Spans.span(END))))
            .build();

    assertThat(read(request).onlyEvent().getServiceName()).isEqualTo("unknown_service");
    assertThat(
            readJson("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + span("") + "]}]}]}")
                .onlyEvent()
                .getServiceName())
        .isEqualTo("unknown_service");
  }

  @Test
  void shouldReadAResourceWrittenBehindItsSpans() {
    ExportTraceServiceRequest whole = Spans.request("late", Spans.span(END));
    byte[] spansFirst =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .addScopeSpans(whole.getResourceSpans(0).getScopeSpans(0)))
            .build()
            .getResourceSpans(0)
            .toByteString()
            .concat(
                ResourceSpans.newBuilder()
                    .setResource(whole.getResourceSpans(0).getResource())
                    .build()
                    .toByteString())
            .toByteArray();
    byte[] body =
        UnknownFieldSet.newBuilder()
            .addField(
                1,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFrom(spansFirst))
                    .build())
            .build()
            .toByteArray();

    TraceEvent event = CapturedBatch.withDefaults().read(protobuf, body).onlyEvent();

    assertThat(event.getServiceName()).isEqualTo("late");
  }

  @Test
  void shouldRefuseOnlyTheInvalidSpansOfABatch() {
    ExportTraceServiceRequest request =
        Spans.request(
            "cart",
            Spans.span(END),
            Spans.span(END).setTraceId(ByteString.EMPTY),
            Spans.span(END).setTraceId(Spans.hex("00000000000000000000000000000000")),
            Spans.span(END).setSpanId(Spans.hex("b7ad")),
            Spans.span(END).clearEndTimeUnixNano(),
            Spans.span(CapturedBatch.NOW.plusSeconds(301)),
            Spans.span(END).setStartTimeUnixNano(-2L).setEndTimeUnixNano(-1L),
            Spans.span(CapturedBatch.NOW.plusSeconds(299)));

    CapturedBatch read = read(request);

    assertThat(read.events()).hasSize(2);
    assertThat(read.reasons())
        .containsExactly(
            RefusalReason.INVALID_TRACE_ID,
            RefusalReason.INVALID_TRACE_ID,
            RefusalReason.INVALID_SPAN_ID,
            RefusalReason.INVALID_TIMESTAMP,
            RefusalReason.FUTURE_TIMESTAMP,
            RefusalReason.FUTURE_TIMESTAMP);
    assertThat(read.batch().refused().stream().map(Refusal::index))
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.batch().received()).isEqualTo(8);
  }

  @Test
  void shouldCountNoTimeWhenASpanEndsBeforeItBegins() {
    CapturedBatch read =
        read(Spans.request("cart", Spans.span(END).setStartTimeUnixNano(Spans.nanos(END) + 1)));

    assertThat(read.onlyEvent().getDurationMicros()).isZero();
    assertThat(read.count(Truncation.NEGATIVE_DURATION)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"1500,2", "1499,1", "0,0", "999999999999,1000000000"})
  void shouldRoundDurationsToTheMicrosecond(long nanos, long micros) {
    Span.Builder span = Spans.span(END).setStartTimeUnixNano(Spans.nanos(END) - nanos);

    assertThat(read(Spans.request("cart", span)).onlyEvent().getDurationMicros()).isEqualTo(micros);
  }

  @Test
  void shouldCutAndCountWhatIsTooMuch() {
    Span.Builder span =
        Spans.span(END)
            .setName("an operation name beyond sixteen bytes")
            .addAttributes(Spans.text("a", "1"))
            .addAttributes(Spans.text("b", "é".repeat(20)))
            .addAttributes(Spans.text("c", "line\u0007"))
            .addAttributes(Spans.text("d", "4"))
            .addAttributes(Spans.text("e", "5"));
    for (int i = 0; i < 4; i++) {
      span.addEvents(Span.Event.newBuilder().setName("e" + i));
    }
    CapturedBatch read =
        CapturedBatch.with(CapturedBatch.tight())
            .read(protobuf, Spans.request("cart", span).toByteArray());

    TraceEvent event = read.onlyEvent();
    assertThat(event.getOperationName()).isEqualTo("an operation nam");
    assertThat(event.getTags())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("a", "1", "b", "é".repeat(8), "c", "line\uFFFD"));
    assertThat(event.getEvents()).hasSize(2);
    assertThat(read.count(Truncation.TAG_DROPPED)).isEqualTo(2);
    assertThat(read.count(Truncation.EVENT_DROPPED)).isEqualTo(2);
    assertThat(read.count(Truncation.TEXT_CUT)).isEqualTo(2);
    assertThat(read.count(Truncation.CHARACTER_REPLACED)).isEqualTo(1);
  }

  @Test
  void shouldWriteValuesNestedBeyondTheLimitAsNull() {
    AnyValue value = AnyValue.newBuilder().setStringValue("core").build();
    for (int i = 0; i < 40; i++) {
      value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value)).build();
    }
    Span.Builder span =
        Spans.span(END).addAttributes(KeyValue.newBuilder().setKey("deep").setValue(value));

    assertThat(read(Spans.request("cart", span)).onlyEvent().getTags())
        .containsEntry("deep", "[".repeat(16) + "null" + "]".repeat(16));
  }

  @Test
  void shouldIgnoreUnknownFieldsAndGroups() {
    byte[] request = Spans.request("cart", Spans.span(END)).toByteArray();
    UnknownFieldSet group =
        UnknownFieldSet.newBuilder()
            .addField(7, UnknownFieldSet.Field.newBuilder().addFixed32(1).addFixed64(2).build())
            .build();
    byte[] unknown =
        UnknownFieldSet.newBuilder()
            .addField(900, UnknownFieldSet.Field.newBuilder().addVarint(5).addGroup(group).build())
            .build()
            .toByteArray();
    byte[] both = new byte[request.length + unknown.length];
    System.arraycopy(unknown, 0, both, 0, unknown.length);
    System.arraycopy(request, 0, both, unknown.length, request.length);

    assertThat(CapturedBatch.withDefaults().read(protobuf, both).events()).hasSize(1);
  }

  @Test
  void shouldRefuseBodiesThatCannotBeFollowed() {
    byte[] whole = Spans.checkout().toByteArray();
    byte[] cut = Arrays.copyOf(whole, whole.length - 3);

    assertThatThrownBy(() -> CapturedBatch.withDefaults().read(protobuf, cut))
        .isInstanceOfSatisfying(
            RefusedRequestException.class,
            e -> assertThat(e.refusal()).isEqualTo(RequestRefusal.MALFORMED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]",
        "7",
        "{",
        "{}{}",
        "{\"resourceSpans\":7}",
        "{\"resourceSpans\":[7]}",
        "{\"resourceSpans\":[{\"scopeSpans\":{}}]}",
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[[]]}]}]}"
      })
  void shouldRefuseJsonThatIsNotARequest(String body) {
    assertThatThrownBy(() -> readJson(body)).isInstanceOf(RefusedRequestException.class);
  }

  @Test
  void shouldRefuseJsonThatIsTooDeep() {
    assertThatThrownBy(() -> readJson("{\"x\":" + "[".repeat(100_000)))
        .isInstanceOf(RefusedRequestException.class);
  }

  @Test
  void shouldRefuseASpanOfTooManyJsonValuesAndReadTheNext() {
    OtlpJson tight = new OtlpJson(new JsonBodies(BodyLimits.defaults()), 100);
    String many = ",\"attributes\":[" + "{},".repeat(200) + "{}]";
    String body =
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":["
            + span(many)
            + ","
            + span("")
            + "]}]}]}";

    CapturedBatch read =
        CapturedBatch.withDefaults().read(tight, body.getBytes(StandardCharsets.UTF_8));

    assertThat(read.reasons()).containsExactly(RefusalReason.TOO_MANY_VALUES);
    assertThat(read.events()).hasSize(1);
  }

  @Test
  void shouldRefuseMoreRecordsThanTheLimitOfARequest() {
    BodyLimits two = new BodyLimits(4_096, 4_096, 4_096, 2, 64, 100);
    ExportTraceServiceRequest request =
        Spans.request("cart", Spans.span(END), Spans.span(END), Spans.span(END));

    assertThatThrownBy(() -> CapturedBatch.with(two).read(protobuf, request.toByteArray()))
        .isInstanceOfSatisfying(
            RefusedRequestException.class,
            e -> assertThat(e.refusal()).isEqualTo(RequestRefusal.TOO_LARGE));
  }

  @Test
  void shouldAnswerPartialSuccessWithCountAndReasons() throws IOException {
    List<Refusal> refused =
        List.of(
            new Refusal(0, RefusalReason.FUTURE_TIMESTAMP, "too far"),
            new Refusal(4, RefusalReason.FUTURE_TIMESTAMP, "too far"),
            new Refusal(5, RefusalReason.INVALID_TRACE_ID, "bad"));

    ExportTraceServiceResponse response =
        ExportTraceServiceResponse.parseFrom(protobuf.accepted(3, refused, Set.of()).body());

    assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(3);
    assertThat(response.getPartialSuccess().getErrorMessage())
        .isEqualTo("refused spans: 1 invalid_trace_id (bad), 2 future_timestamp (too far)");
    assertThat(new String(json.accepted(3, refused, Set.of()).body(), StandardCharsets.UTF_8))
        .contains("\"rejectedSpans\":\"3\"");
    assertThat(protobuf.accepted(3, List.of(), Set.of()).body()).isEmpty();
    assertThat(new String(json.accepted(3, List.of(), Set.of()).body(), StandardCharsets.UTF_8))
        .isEqualTo("{}");
  }

  @Test
  void shouldAnswerErrorsAsRpcStatus() throws IOException {
    UnknownFieldSet status =
        UnknownFieldSet.parseFrom(protobuf.refused(RequestRefusal.MALFORMED, "cut off").body());

    assertThat(status.getField(1).getVarintList()).containsExactly(3L);
    assertThat(status.getField(2).getLengthDelimitedList().get(0).toStringUtf8())
        .isEqualTo("cut off");
  }

  private CapturedBatch read(ExportTraceServiceRequest request) {
    return CapturedBatch.withDefaults().read(protobuf, request.toByteArray());
  }

  private CapturedBatch readJson(String body) {
    return CapturedBatch.withDefaults().read(json, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String span(String more) {
    return "{\"traceId\":\"%s\",\"spanId\":\"%s\",\"startTimeUnixNano\":\"1748779190000000000\",\"endTimeUnixNano\":\"1748779191000000000\"%s}"
        .formatted(Spans.TRACE_ID, Spans.SPAN_ID, more);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = OtlpMappingTest.class.getClassLoader().getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
