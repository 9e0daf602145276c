package io.tracetide.gateway.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.lifecycle.TraceEventJson;
import io.tracetide.gateway.format.lifecycle.TraceEventLines;
import io.tracetide.gateway.format.otlp.OtlpJson;
import io.tracetide.gateway.format.otlp.OtlpProtobuf;
import io.tracetide.gateway.format.otlp.Spans;
import io.tracetide.gateway.format.zipkin.ZipkinJson;
import io.tracetide.schemas.SpanEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Implausible times and durations are refused in the response to the client. */
class ImplausibleTimesTest {

  private static final BodyLimits LIMITS = BodyLimits.defaults();
  private static final JsonBodies JSON = new JsonBodies(LIMITS);
  private static final Map<String, PayloadFormat> FORMATS =
      Map.of(
          "otlp", new OtlpJson(JSON, LIMITS.jsonValues()),
          "zipkin", new ZipkinJson(JSON),
          "events", new TraceEventJson(JSON, LIMITS.jsonValues()),
          "lines", new TraceEventLines(JSON, LIMITS.jsonValues()));

  /** Seconds, milliseconds, microseconds and nanoseconds of the same time. */
  private static final long SECONDS = CapturedBatch.NOW.getEpochSecond() - 60;

  @ParameterizedTest
  @CsvSource({
    "otlp, nanoseconds, 1e6, microseconds",
    "otlp, nanoseconds, 1e3, milliseconds",
    "otlp, nanoseconds, 1e0, seconds",
    "zipkin, microseconds, 1e9, nanoseconds",
    "zipkin, microseconds, 1e3, milliseconds",
    "zipkin, microseconds, 1e0, seconds",
    "events, milliseconds, 1e9, nanoseconds",
    "events, milliseconds, 1e6, microseconds",
    "events, milliseconds, 1e0, seconds",
    "lines, milliseconds, 1e0, seconds"
  })
  void shouldNameTheUnitThatATimeLooksLike(
      String format, String unit, double perSecond, String looksLike) {
    assertThat(refusal(format, body(format, (long) (SECONDS * perSecond))))
        .usingRecursiveComparison()
        .ignoringFields("service")
        .isEqualTo(
            new Refusal(
                0,
                RefusalReason.BAD_TIMESTAMP,
                "the time must be in " + unit + " since 1970; it looks like " + looksLike));
  }

  @ParameterizedTest
  @CsvSource({"otlp, 1e9", "zipkin, 1e6", "events, 1e3", "lines, 1e3"})
  void shouldRefuseTimesBeyondRetentionAndTakeThoseBeforeIt(String format, double perSecond) {
    Instant edge = CapturedBatch.NOW.minus(EventLimits.defaults().maxAge());
    long justOld = (long) (edge.minusSeconds(1).getEpochSecond() * perSecond);
    long justYoung = (long) (edge.plusSeconds(1).getEpochSecond() * perSecond);

    assertThat(refusal(format, body(format, justOld)).reason())
        .isEqualTo(RefusalReason.BEYOND_RETENTION);
    assertThat(refusal(format, body(format, justOld)).detail())
        .isEqualTo("the time is more than 30d ago; event.maxAge of the gateway is the limit");
    assertThat(read(format, body(format, justYoung)).events()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"otlp, 1e9", "zipkin, 1e6", "events, 1e3"})
  void shouldNotTakeAClockThatIsAheadForAUnit(String format, double perSecond) {
    long ahead = (long) ((CapturedBatch.NOW.getEpochSecond() + 86_400) * perSecond);

    assertThat(refusal(format, body(format, ahead)).reason())
        .isEqualTo(RefusalReason.FUTURE_TIMESTAMP);
  }

  @Test
  void shouldRefuseTimesInProtobufAlike() {
    byte[] millis =
        Spans.request(
                "cart",
                Spans.span(CapturedBatch.NOW)
                    .setStartTimeUnixNano(SECONDS * 1_000)
                    .setEndTimeUnixNano(SECONDS * 1_000 + 5))
            .toByteArray();

    assertThat(CapturedBatch.withDefaults().read(new OtlpProtobuf(), millis).reasons())
        .containsExactly(RefusalReason.BAD_TIMESTAMP);
  }

  @Test
  void shouldLimitDurationsInEveryFormat() {
    long most = Duration.ofDays(30).toNanos() / 1_000;
    long start = SECONDS * 1_000_000 - most;

    for (long over : new long[] {0, 1, Long.MAX_VALUE - most}) {
      long lasted = most + over;
      String zipkin =
          "[{\"traceId\":\"1\",\"id\":\"2\",\"timestamp\":%d,\"duration\":%d}]"
              .formatted(start, lasted);
      String event =
          "{\"type\":\"COMPLETED\",\"traceId\":\"t\",\"serviceName\":\"s\",\"operationName\":\"o\",\"durationMicros\":%d}"
              .formatted(lasted);
      for (CapturedBatch read :
          new CapturedBatch[] {read("zipkin", zipkin), read("events", event)}) {
        if (over == 0) {
          assertThat(read.onlyEvent().getDurationMicros()).isEqualTo(most);
        } else {
          assertThat(read.reasons()).containsExactly(RefusalReason.INVALID_DURATION);
        }
      }
    }
    assertThat(refusal("otlp", otlp(1, SECONDS * 1_000_000_000)))
        .usingRecursiveComparison()
        .ignoringFields("service")
        .isEqualTo(
            new Refusal(
                0,
                RefusalReason.INVALID_DURATION,
                "the duration is more than 30 days: its unit is probably wrong"));
  }

  private static String body(String format, long time) {
    return switch (format) {
      case "otlp" -> otlp(time, time);
      case "zipkin" ->
          "[{\"traceId\":\"1\",\"id\":\"2\",\"timestamp\":%d,\"duration\":5}]".formatted(time);
      default ->
          "{\"type\":\"STARTED\",\"traceId\":\"t\",\"serviceName\":\"s\",\"operationName\":\"o\",\"timestamp\":%d}"
              .formatted(time);
    };
  }

  private static String otlp(long start, long end) {
    return """
    {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"%s","spanId":"%s",
     "startTimeUnixNano":%d,"endTimeUnixNano":%d}]}]}]}
    """
        .formatted(Spans.TRACE_ID, Spans.SPAN_ID, start, end);
  }

  @Test
  void shouldLeaveOutWhatHappenedAtATimeThatCannotBe() {
    for (String time : new String[] {"2400-01-01T00:00:00Z", "1000-01-01T00:00:00Z"}) {
      CapturedBatch read =
          read(
              "events",
              ("{\"type\":\"STARTED\",\"traceId\":\"t\",\"serviceName\":\"s\",\"operationName\":\"o\",\"events\":["
                   + "{\"eventType\":\"x\",\"eventName\":\"bad\",\"timestamp\":\"%s\"},"
                   + "{\"eventType\":\"x\",\"eventName\":\"good\",\"timestamp\":\"%s\"}]}")
                  .formatted(time, CapturedBatch.NOW));

      assertThat(read.onlyEvent().getEvents())
          .extracting(SpanEvent::getEventName)
          .containsExactly("good");
      assertThat(read.count(Truncation.EVENT_TIME_INVALID)).isEqualTo(1);
    }
  }

  private static Refusal refusal(String format, String body) {
    CapturedBatch read = read(format, body);
    assertThat(read.batch().refused()).as(body).hasSize(1);
    return read.batch().refused().get(0);
  }

  private static CapturedBatch read(String format, String body) {
    return CapturedBatch.withDefaults().read(FORMATS.get(format), body.getBytes(UTF_8));
  }
}
