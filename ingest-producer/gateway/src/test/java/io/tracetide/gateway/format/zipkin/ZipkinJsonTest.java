package io.tracetide.gateway.format.zipkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

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
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZipkinJsonTest {

  private static final String IDS =
      "\"traceId\":\"463ac35c9f6413ad48485a3953bb6124\",\"id\":\"a2fb4a1d1a96d312\"";
  private static final String TIMES = "\"timestamp\":1748779199000000,\"duration\":431295";

  private final ZipkinJson format = new ZipkinJson(new JsonBodies(BodyLimits.defaults()));

  @Test
  void shouldMapEveryField() {
    TraceEvent event =
        read("""
        [{"traceId":"463AC35C9F6413AD48485A3953BB6124","parentId":"5af7183fb1d4cf5f","id":"a2fb4a1d1a96d312",
          "kind":"SERVER","name":"get /api","timestamp":1748779199000000,"duration":431295,"shared":true,"debug":true,
          "localEndpoint":{"serviceName":"backend","ipv4":"192.168.99.1","port":9000},
          "remoteEndpoint":{"serviceName":"frontend","ipv6":"::1","port":63840},
          "annotations":[{"timestamp":1748779199100000,"value":"ws"}],
          "tags":{"http.path":"/api","error":"out of stock","n":7},
          "unknown":{"a":[1,2,{"b":null}]}}]
        """)
            .onlyEvent();

    assertThat(event.getType()).isEqualTo(TraceEventType.COMPLETED);
    assertThat(event.getTraceId()).isEqualTo("463ac35c9f6413ad48485a3953bb6124");
    assertThat(event.getSpanId()).isEqualTo("a2fb4a1d1a96d312");
    assertThat(event.getParentSpanId()).isEqualTo("5af7183fb1d4cf5f");
    assertThat(event.getServiceName()).isEqualTo("backend");
    assertThat(event.getOperationName()).isEqualTo("get /api");
    assertThat(event.getSpanKind()).isEqualTo(SpanKind.SERVER);
    assertThat(event.getStatus()).isEqualTo(TraceStatus.FAILED);
    assertThat(event.getOutcome().getError().getMessage()).isEqualTo("out of stock");
    assertThat(event.getTimestamp()).isEqualTo(Instant.parse("2025-06-01T11:59:59.431295Z"));
    assertThat(event.getDurationMicros()).isEqualTo(431_295);
    assertThat(event.getTraceFlags()).isEqualTo(1);
    assertThat(event.getTags())
        .containsOnly(
            entry("http.path", "/api"),
            entry("error", "out of stock"),
            entry("n", "7"),
            entry("zipkin.debug", "true"),
            entry("peer.service", "frontend"),
            entry("network.peer.address", "::1"),
            entry("network.peer.port", "63840"));
    assertThat(event.getMetadata())
        .containsOnly(
            entry("network.local.address", "192.168.99.1"), entry("network.local.port", "9000"));
    assertThat(event.getEvents())
        .containsExactly(
            new SpanEvent(
                "ws", "ws", Instant.parse("2025-06-01T11:59:59.100Z"), java.util.Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "48485a3953bb6124, 000000000000000048485a3953bb6124",
    "1, 00000000000000000000000000000001",
    "463AC35C9F6413AD48485A3953BB6124, 463ac35c9f6413ad48485a3953bb6124"
  })
  void shouldPadShortTraceIds(String sent, String kept) {
    assertThat(read("[{\"traceId\":\"" + sent + "\",\"id\":\"1\"," + TIMES + "}]").onlyEvent())
        .extracting(TraceEvent::getTraceId, TraceEvent::getSpanId)
        .containsExactly(kept, "0000000000000001");
  }

  @Test
  void shouldCompleteASpanWithoutADurationWithUnknownDuration() {
    CapturedBatch read =
        read("[{" + IDS + ",\"kind\":\"PRODUCER\",\"timestamp\":1748779199000000}]");

    assertThat(read.onlyEvent().getType()).isEqualTo(TraceEventType.COMPLETED);
    assertThat(read.onlyEvent().getDurationMicros()).isNull();
    assertThat(read.onlyEvent().getServiceName()).isEqualTo("unknown_service");
    assertThat(read.count(Truncation.DURATION_UNKNOWN)).isEqualTo(1);
  }

  @Test
  void shouldNotTakeErrorFalseForAFailure() {
    assertThat(
            read("[{" + IDS + "," + TIMES + ",\"tags\":{\"error\":\"false\"}}]")
                .onlyEvent()
                .getStatus())
        .isEqualTo(TraceStatus.COMPLETED);
    assertThat(
            read("[{" + IDS + "," + TIMES + ",\"tags\":{\"error\":\"\"}}]").onlyEvent().getStatus())
        .isEqualTo(TraceStatus.FAILED);
  }

  @Test
  void shouldUseTheStatusMessageWithoutAnException() {
    TraceEvent event =
        read("[{"
                + IDS
                + ","
                + TIMES
                + ",\"annotations\":[{\"timestamp\":1748779199000000,\"value\":\"exception\"}],"
                + "\"tags\":{\"error\":\"out of stock\"}}]")
            .onlyEvent();

    assertThat(event.getOutcome().getError().getMessage()).isEqualTo("out of stock");
  }

  @Test
  void shouldRefuseOnlyTheInvalidSpans() {
    String good = "{" + IDS + "," + TIMES + "}";
    CapturedBatch read =
        read(
            "["
                + String.join(
                    ",",
                    good,
                    "{\"traceId\":\"xyz\",\"id\":\"1\"," + TIMES + "}",
                    "{\"traceId\":\"1\",\"id\":\"0\"," + TIMES + "}",
                    "{" + IDS + "}",
                    "{" + IDS + ",\"timestamp\":-5}",
                    "{" + IDS + ",\"timestamp\":1748779199000000,\"duration\":1e400}",
                    "{" + IDS + ",\"timestamp\":99999999999999999999999}",
                    "{" + IDS + ",\"timestamp\":\"1748779199000000\",\"duration\":\"5\"}",
                    "{" + IDS + ",\"timestamp\":1780315199000000,\"duration\":1}",
                    "{}",
                    good)
                + "]");

    assertThat(read.events()).hasSize(3);
    assertThat(read.reasons())
        .containsExactly(
            RefusalReason.INVALID_TRACE_ID,
            RefusalReason.INVALID_SPAN_ID,
            RefusalReason.INVALID_TIMESTAMP,
            RefusalReason.INVALID_FIELD,
            RefusalReason.INVALID_FIELD,
            RefusalReason.INVALID_FIELD,
            RefusalReason.FUTURE_TIMESTAMP,
            RefusalReason.INVALID_TIMESTAMP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"timestamp\":1.748779199e+15,\"duration\":431295.0",
        "\"timestamp\":\"1.748779199e+15\",\"duration\":\"431295.0\"",
        "\"timestamp\":1748779199000000.0,\"duration\":4.31295e5"
      })
  void shouldReadWholeNumbersInAllForms(String times) {
    TraceEvent event = read("[{" + IDS + "," + times + "}]").onlyEvent();

    assertThat(event.getTimestamp()).isEqualTo(Instant.parse("2025-06-01T11:59:59.431295Z"));
    assertThat(event.getDurationMicros()).isEqualTo(431_295);
  }

  @Test
  void shouldDropOnlyTheAnnotationWithAnInvalidTime() {
    CapturedBatch read =
        read(
            "[{"
                + IDS
                + ","
                + TIMES
                + ",\"annotations\":[{\"timestamp\":-5,\"value\":\"a\"},"
                + "{\"timestamp\":\"soon\",\"value\":\"b\"},"
                + "{\"timestamp\":1.7487791991e+15,\"value\":\"ws\"}]}]");

    assertThat(read.onlyEvent().getEvents())
        .extracting(SpanEvent::getEventName)
        .containsExactly("ws");
    assertThat(read.count(Truncation.EVENT_TIME_INVALID)).isEqualTo(2);
  }

  @Test
  void shouldReadKindsInLowerCase() {
    assertThat(read("[{" + IDS + "," + TIMES + ",\"kind\":\"server\"}]").onlyEvent().getSpanKind())
        .isEqualTo(SpanKind.SERVER);
  }

  @Test
  void shouldDistinguishTheServicesOfOneRequest() {
    CapturedBatch read =
        read(
            "["
                + String.join(
                    ",", from("a", 1), from("a", 1), from("b", 1), from("b", 2), from("a", 1))
                + "]");

    assertThat(read.events())
        .extracting(TraceEvent::getServiceName)
        .containsExactly("a", "a", "b", "b", "a");
    assertThat(read.events())
        .extracting(event -> event.getMetadata().get("network.local.port"))
        .containsExactly("1", "1", "1", "2", "1");
  }

  private static String from(String service, int port) {
    return "{%s,%s,\"localEndpoint\":{\"serviceName\":\"%s\",\"port\":%d}}"
        .formatted(IDS, TIMES, service, port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[", "[1]", "[{]", "[] x", "[{\"tags\":", "null"})
  void shouldRefuseABodyThatIsNoListOfSpans(String body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            RefusedRequestException.class,
            e -> assertThat(e.refusal()).isEqualTo(RequestRefusal.MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"tags\":[1,2]", "\"tags\":null", "\"tags\":{\"a\":{\"b\":1},\"c\":[1],\"d\":null}",
        "\"annotations\":{}", "\"annotations\":[1,[],{}]", "\"localEndpoint\":\"here\"",
        "\"localEndpoint\":{\"serviceName\":{},\"port\":[]}", "\"kind\":\"BOSS\"", "\"name\":{}",
        "\"debug\":{\"a\":1}", "\"shared\":[true]", "\"parentId\":\"0\""
      })
  void shouldBearFieldsOfOtherTypes(String field) {
    assertThat(read("[{" + IDS + "," + TIMES + "," + field + "}]").events()).hasSize(1);
  }

  @Test
  void shouldRespondLikeZipkinAndListRefusedSpans() {
    assertThat(format.acceptedStatus()).isEqualTo(202);
    assertThat(format.accepted(3, List.of(), Set.of()).body()).isEmpty();
    assertThat(
            format
                .accepted(1, List.of(new Refusal(2, RefusalReason.INVALID_FIELD, "why")), Set.of())
                .body())
        .asString(StandardCharsets.UTF_8)
        .contains("\"index\":2", "invalid_field: why");
    assertThat(format.refused(RequestRefusal.MALFORMED, "why").contentType())
        .startsWith("text/plain");
  }

  private CapturedBatch read(String body) {
    return CapturedBatch.withDefaults().read(format, body.getBytes(StandardCharsets.UTF_8));
  }
}
