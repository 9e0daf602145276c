package io.tracetide.gateway.format.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.CapturedBatch;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All forms of the same span in Protobuf's JSON mapping. */
class ProtoJsonFormsTest {

  private static final String PLAIN =
      """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
       "scopeSpans":[{"scope":{"name":"lib"},"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c",
       "spanId":"b7ad6b7169203331","parentSpanId":"00f067aa0ba902b7","name":"pay","kind":2,"flags":1,
       "startTimeUnixNano":"1748779198000000000","endTimeUnixNano":"1748779199000000000",
       "status":{"code":2,"message":"no"},
       "attributes":[{"key":"n","value":{"intValue":"42"}},{"key":"raw","value":{"bytesValue":"+/8="}},
        {"key":"list","value":{"arrayValue":{"values":[{"intValue":"7"},{"boolValue":true},{"bytesValue":"+/8="}]}}}],
       "events":[{"timeUnixNano":"1748779198500000000","name":"retry"}]}]}]}]}
      """;

  private final OtlpJson format =
      new OtlpJson(new JsonBodies(BodyLimits.defaults()), BodyLimits.defaults().jsonValues());

  @Test
  void shouldReadThePlainForm() {
    TraceEvent event = event(PLAIN);

    assertThat(event.getServiceName()).isEqualTo("shop");
    assertThat(event.getSpanKind()).isEqualTo(SpanKind.SERVER);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.FAILED);
    assertThat(event.getTimestamp()).isEqualTo(Instant.parse("2025-06-01T11:59:59Z"));
    assertThat(event.getDurationMicros()).isEqualTo(1_000_000);
    assertThat(event.getTraceFlags()).isEqualTo(1);
    assertThat(event.getTags())
        .containsOnly(entry("n", "42"), entry("raw", "+/8="), entry("list", "[7,true,\"+/8=\"]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"1748779198000000000\" | 1748779198000000000",
        "\"1748779198000000000\" | 1.748779198e+18",
        "\"1748779198000000000\" | \"1.748779198e+18\"",
        "\"1748779198000000000\" | 1748779198000000000.0",
        "\"kind\":2 | \"kind\":\"SPAN_KIND_SERVER\"",
        "\"kind\":2 | \"kind\":\"2\"",
        "\"kind\":2 | \"kind\":2.0",
        "\"code\":2 | \"code\":\"STATUS_CODE_ERROR\"",
        "\"flags\":1 | \"flags\":\"1\"",
        "\"flags\":1 | \"flags\":1e0",
        "\"flags\":1 | \"flags\":257",
        "\"0af7651916cd43dd8448eb211c80319c\" | \"0AF7651916CD43DD8448EB211C80319C\"",
        "\"0af7651916cd43dd8448eb211c80319c\" | \"CvdlGRbNQ92ESOshHIAxnA==\"",
        "\"0af7651916cd43dd8448eb211c80319c\" | \"CvdlGRbNQ92ESOshHIAxnA\"",
        "\"b7ad6b7169203331\" | \"t61rcWkgMzE=\"",
        "\"b7ad6b7169203331\" | \"t61rcWkgMzE\"",
        "\"intValue\":\"42\" | \"intValue\":42",
        "\"intValue\":\"42\" | \"intValue\":42.0",
        "\"intValue\":\"42\" | \"intValue\":\"4.2e1\"",
        "\"intValue\":\"42\" | \"stringValue\":null,\"intValue\":\"42\"",
        "\"intValue\":\"42\" | \"doubleValue\":null,\"intValue\":\"42\"",
        "\"intValue\":\"42\" | \"int_value\":\"42\"",
        "\"bytesValue\":\"+/8=\" | \"bytesValue\":\"-_8\"",
        "{\"intValue\":\"7\"} | {\"intValue\":\"7.0\"}",
        "{\"intValue\":\"7\"} | {\"int_value\":7e0}",
        "\"arrayValue\" | \"array_value\"",
        "\"status\":{ |"
            + " \"links\":null,\"droppedEventsCount\":null,\"novel\":{\"a\":[1]},\"status\":{",
        "\"message\":\"no\" | \"message\":\"no\",\"deprecated_code\":null",
        "\"resourceSpans\" | \"schemaUrl\":null,\"resourceSpans\""
      })
  void shouldReadTheSameFromEveryForm(String plain, String form) {
    assertThat(PLAIN).contains(plain);
    assertThat(event(PLAIN.replace(plain, form))).isEqualTo(event(PLAIN));
  }

  @Test
  void shouldReadFieldNamesWithUnderscores() {
    String underscores =
        PLAIN
            .replace("resourceSpans", "resource_spans")
            .replace("scopeSpans", "scope_spans")
            .replace("stringValue", "string_value")
            .replace("traceId", "trace_id")
            .replace("parentSpanId", "parent_span_id")
            .replace("spanId", "span_id")
            .replace("startTimeUnixNano", "start_time_unix_nano")
            .replace("endTimeUnixNano", "end_time_unix_nano")
            .replace("timeUnixNano", "time_unix_nano")
            .replace("intValue", "int_value")
            .replace("bytesValue", "bytes_value")
            .replace("arrayValue", "array_value")
            .replace("boolValue", "bool_value");

    assertThat(event(underscores)).isEqualTo(event(PLAIN));
  }

  @Test
  void shouldReadAResourceWithUnderscoresBehindItsSpans() {
    String behind =
        """
        {"resource_spans":[{"scope_spans":[{"spans":[{"trace_id":"0af7651916cd43dd8448eb211c80319c",
         "span_id":"b7ad6b7169203331","end_time_unix_nano":1748779199000000000,
         "start_time_unix_nano":1748779198000000000}]}],
         "resource":{"attributes":[{"key":"service.name","value":{"string_value":"late"}}]}}]}
        """;

    assertThat(event(behind).getServiceName()).isEqualTo("late");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"SPAN_KIND_NOVEL\"", "99", "\"99\"", "null", "{}"})
  void shouldTakeKindsOfNewerWriters(String kind) {
    assertThat(event(PLAIN.replace("\"kind\":2", "\"kind\":" + kind)).getSpanKind())
        .isEqualTo(SpanKind.UNSPECIFIED);
  }

  @Test
  void shouldPassOverAByteOrderMark() {
    assertThat(event("\ufeff" + PLAIN)).isEqualTo(event(PLAIN));
  }

  @Test
  void shouldReplaceBytesThatAreNotUtf8AndReadAllSpans() {
    byte[] latin1 = PLAIN.replace("\"pay\"", "\"caf\u00e9\"").getBytes(StandardCharsets.ISO_8859_1);

    TraceEvent event = CapturedBatch.withDefaults().read(format, latin1).onlyEvent();

    assertThat(event.getOperationName()).isEqualTo("caf\ufffd");
    assertThat(event.getServiceName()).isEqualTo("shop");
  }

  @Test
  void shouldDropOnlyTheEventWithAnInvalidTime() {
    CapturedBatch read = read(PLAIN.replace("\"1748779198500000000\"", "\"soon\""));

    assertThat(read.onlyEvent().getEvents()).extracting(SpanEvent::getEventName).isEmpty();
    assertThat(read.count(Truncation.EVENT_TIME_INVALID)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "\"-5\"", "1.5", "\"soon\"", "{}", "1e400", "true"})
  void shouldRefuseWhatIsNoTime(String time) {
    assertThat(read(PLAIN.replace("\"1748779199000000000\"", time)).reasons())
        .containsExactly(RefusalReason.INVALID_TIMESTAMP);
  }

  private TraceEvent event(String body) {
    return read(body).onlyEvent();
  }

  private CapturedBatch read(String body) {
    return CapturedBatch.withDefaults().read(format, body.getBytes(UTF_8));
  }
}
