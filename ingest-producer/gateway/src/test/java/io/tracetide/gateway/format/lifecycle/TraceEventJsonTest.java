package io.tracetide.gateway.format.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.CapturedBatch;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceEventJsonTest {

  private static final String MINIMAL =
      "{\"type\":\"STARTED\",\"traceId\":\"t-1\",\"serviceName\":\"planner\",\"operationName\":\"plan\"";

  private final TraceEventJson format =
      new TraceEventJson(new JsonBodies(BodyLimits.defaults()), BodyLimits.defaults().jsonValues());

  @Test
  void shouldFillInTheDefaultsOfTheContract() {
    TraceEvent event = read(MINIMAL + "}").onlyEvent();

    TraceEvent expected =
        TraceEvent.newBuilder()
            .setTenantId("acme")
            .setType(TraceEventType.STARTED)
            .setTraceId("t-1")
            .setServiceName("planner")
            .setOperationName("plan")
            .setTimestamp(CapturedBatch.NOW)
            .build();
    assertThat(event).isEqualTo(expected);
  }

  @Test
  void shouldReadEveryFieldOfTheContract() {
    TraceEvent event =
        read("""
        {"type":"COMPLETED","traceId":"t-1","spanId":"s-1","parentSpanId":"s-0",
         "serviceName":"planner","operationName":"plan","spanKind":"INTERNAL","status":"FAILED",
         "timestamp":"2025-06-01T13:59:59.123456+02:00","durationMicros":1500,
         "context":{"contextId":"c","planId":"p","userId":"u","sessionId":"s","correlationId":"k"},
         "tags":{"a":"x","n":7,"deep":{"y":[1]}},"metadata":{"m":true},"traceFlags":1,
         "progressPercentage":99.5,"currentOperation":"finishing",
         "resourceUsage":{"cpuUsagePercent":12.5,"memoryUsageMb":64},
         "performanceIndicators":{"latencyP95Ms":3},
         "customMetrics":{"tokens":812},
         "events":[{"eventType":"plan_execution","eventName":"step","timestamp":1748779199000,"attributes":{"k":"v"}}],
         "outcome":{"success":false,"resultType":"error","error":{"type":"T","message":"m","stack":"at x"}},
         "performanceSummary":{"errorRatePercent":1},"resourceUtilization":{"diskIoKb":9},
         "samplingWeight":2}
        """)
            .onlyEvent();

    assertThat(event.getSpanKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.FAILED);
    assertThat(event.getTimestamp()).isEqualTo(Instant.parse("2025-06-01T11:59:59.123456Z"));
    assertThat(event.getDurationMicros()).isEqualTo(1_500);
    assertThat(event.getContext().getPlanId()).isEqualTo("p");
    assertThat(event.getTags()).isEqualTo(Map.of("a", "x", "n", "7", "deep", "{\"y\":[1]}"));
    assertThat(event.getMetadata()).isEqualTo(Map.of("m", "true"));
    assertThat(event.getProgressPercentage()).isEqualTo(99.5);
    assertThat(event.getResourceUsage().getMemoryUsageMb()).isEqualTo(64);
    assertThat(event.getResourceUsage().getDiskIoKb()).isNull();
    assertThat(event.getCustomMetrics()).isEqualTo(Map.of("tokens", 812.0));
    assertThat(event.getEvents())
        .containsExactly(
            new SpanEvent(
                "plan_execution", "step", Instant.parse("2025-06-01T11:59:59Z"), Map.of("k", "v")));
    assertThat(event.getOutcome().getError().getStack()).isEqualTo("at x");
    assertThat(event.getPerformanceSummary().getErrorRatePercent()).isEqualTo(1);
    assertThat(event.getResourceUtilization().getDiskIoKb()).isEqualTo(9);
    assertThat(event.getSamplingWeight()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"timestamp\":1748779199000,\"durationMicros\":1000",
        "\"timestamp\":1.748779199e+12,\"durationMicros\":1000.0",
        "\"timestamp\":\"1748779199000\",\"durationMicros\":\"1e3\"",
        "\"timestamp\":\"2025-06-01t11:59:59z\",\"durationMicros\":\"1000\""
      })
  void shouldReadWholeNumbersInAllForms(String figures) {
    TraceEvent event =
        read(MINIMAL.replace("STARTED", "completed") + "," + figures + "}").onlyEvent();

    assertThat(event.getTimestamp()).isEqualTo(Instant.parse("2025-06-01T11:59:59Z"));
    assertThat(event.getDurationMicros()).isEqualTo(1_000);
  }

  @Test
  void shouldDropOnlyTheEventWithAnInvalidTime() {
    CapturedBatch read =
        read(
            MINIMAL
                + ",\"events\":[{\"eventName\":\"a\",\"timestamp\":\"soon\"},{\"eventName\":\"b\"}]}");

    assertThat(read.onlyEvent().getEvents())
        .extracting(SpanEvent::getEventName)
        .containsExactly("b");
    assertThat(read.count(Truncation.EVENT_TIME_INVALID)).isEqualTo(1);
  }

  @Test
  void shouldReplaceBytesThatAreNotUtf8InEventsAndInLines() {
    byte[] latin1 =
        (MINIMAL + ",\"currentOperation\":\"caf\u00e9\"}").getBytes(StandardCharsets.ISO_8859_1);
    TraceEventLines lines =
        new TraceEventLines(
            new JsonBodies(BodyLimits.defaults()), BodyLimits.defaults().jsonValues());

    assertThat(CapturedBatch.withDefaults().read(format, latin1).onlyEvent().getCurrentOperation())
        .isEqualTo("caf\ufffd");
    assertThat(CapturedBatch.withDefaults().read(lines, latin1).onlyEvent().getCurrentOperation())
        .isEqualTo("caf\ufffd");
  }

  @Test
  void shouldDeriveTheStatusOfACompletedEventFromItsOutcome() {
    String completed = MINIMAL.replace("STARTED", "COMPLETED");

    assertThat(read(completed + "}").onlyEvent().getStatus()).isEqualTo(TraceStatus.COMPLETED);
    assertThat(
            read(completed + ",\"outcome\":{\"error\":{\"type\":\"T\"}}}").onlyEvent().getStatus())
        .isEqualTo(TraceStatus.FAILED);
  }

  @Test
  void shouldReadAnArrayAndRefuseOnlyInvalidElements() {
    CapturedBatch read =
        read(
            "["
                + MINIMAL
                + "}, 7, "
                + MINIMAL
                + ",\"durationMicros\":\"long\"}, {}, "
                + MINIMAL
                + ",\"type\":\"COMPLETED\",\"durationMicros\":\"long\"},"
                + MINIMAL
                + "}]");

    assertThat(read.events()).hasSize(3);
    assertThat(read.batch().refused())
        .containsExactly(
            new Refusal(1, RefusalReason.INVALID_FIELD, " must be an object"),
            new Refusal(3, RefusalReason.INVALID_FIELD, "type must be STARTED, UPDATED, COMPLETED"),
            new Refusal(4, RefusalReason.INVALID_FIELD, "durationMicros must be a whole number"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"traceId\":\"\"|traceId must be text that is not blank",
        "\"traceId\":\"a b\"|traceId must be at most 128 printable ASCII characters without spaces",
        "\"serviceName\":null|serviceName must be text that is not blank",
        "\"operationName\":{}|operationName must be text",
        "\"timestamp\":\"yesterday\"|timestamp must be ISO-8601 with an offset, or milliseconds"
            + " since 1970",
        "\"progressPercentage\":101|progressPercentage must be a number from 0.0 to 100.0",
        "\"samplingWeight\":0|samplingWeight must be a number from 1.0 to 1000000.0",
        "\"customMetrics\":{\"a\":\"b\"}|customMetrics must be a finite number",
        "\"tags\":[]|tags must be an object"
      })
  void shouldNameTheInvalidFieldAndTheExpectedValue(String field, String detail) {
    CapturedBatch read = read(MINIMAL + "," + field + "}");

    assertThat(read.batch().refused())
        .containsExactly(new Refusal(0, RefusalReason.INVALID_FIELD, detail));
  }

  @Test
  void shouldAcceptUnknownEventTypesAndKinds() {
    CapturedBatch read =
        read(
            MINIMAL
                + ",\"spanKind\":\"BOSS\",\"status\":\"running\",\"events\":[{\"eventType\":\"coffee_break\"},"
                + "{\"eventName\":\"unnamed\"},{}]}");

    assertThat(read.onlyEvent().getSpanKind()).isEqualTo(SpanKind.UNSPECIFIED);
    assertThat(read.count(Truncation.FIELD_IGNORED)).isEqualTo(1);
    assertThat(read.onlyEvent().getEvents())
        .extracting(SpanEvent::getEventType)
        .containsExactly("coffee_break", "", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"STARTED", "UPDATED"})
  void shouldCountFieldsThatOnlyACompletedEventHas(String type) {
    String body =
        MINIMAL.replace("STARTED", type)
            + ",\"performanceSummary\":{\"errorRatePercent\":1},"
            + "\"resourceUtilization\":{\"diskIoKb\":9}";

    CapturedBatch read = read(body + ",\"outcome\":null}");
    assertThat(read.onlyEvent().getPerformanceSummary()).isNull();
    assertThat(read.onlyEvent().getResourceUtilization()).isNull();
    assertThat(read.count(Truncation.FIELD_IGNORED)).isEqualTo(2);

    assertThat(
            read(body + ",\"durationMicros\":7,\"outcome\":{\"success\":true}}")
                .count(Truncation.FIELD_IGNORED))
        .isEqualTo(4);
  }

  @Test
  void shouldIgnoreATenantInTheBodyAndCountIt() {
    CapturedBatch read = read(MINIMAL + ",\"tenantId\":\"victim\",\"duration\":3}");

    assertThat(read.onlyEvent().getTenantId()).isEqualTo("acme");
    assertThat(read.count(Truncation.TENANT_IGNORED)).isEqualTo(1);
    assertThat(read.count(Truncation.FIELD_IGNORED)).isEqualTo(1);
  }

  @Test
  void shouldRefuseTimesThatPoisonEventTime() {
    CapturedBatch read =
        read(
            "["
                + MINIMAL
                + ",\"timestamp\":\"9999-12-31T00:00:00Z\"},"
                + MINIMAL
                + ",\"timestamp\":9223372036854775807},"
                + MINIMAL
                + ",\"timestamp\":-1}]");

    assertThat(read.reasons())
        .containsExactly(
            RefusalReason.FUTURE_TIMESTAMP,
            RefusalReason.FUTURE_TIMESTAMP,
            RefusalReason.INVALID_TIMESTAMP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "null", "[", "{}x", "{\"a\":}"})
  void shouldRefuseWhatIsNotJson(String body) {
    assertThatThrownBy(() -> read(body)).isInstanceOf(RefusedRequestException.class);
  }

  @Test
  void shouldAnswerWithIndexAndReason() {
    byte[] answer =
        format
            .accepted(
                2,
                List.of(new Refusal(1, RefusalReason.INVALID_FIELD, "type must be ...")),
                Set.of())
            .body();

    assertThat(new String(answer, StandardCharsets.UTF_8))
        .contains("\"accepted\":2")
        .contains("\"index\":1")
        .contains("\"reason\":\"invalid_field: type must be ...\"");
  }

  private CapturedBatch read(String body) {
    return CapturedBatch.withDefaults().read(format, body.getBytes(StandardCharsets.UTF_8));
  }
}
