package io.tracetide.gateway.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.lifecycle.TraceEventJson;
import io.tracetide.gateway.format.otlp.OtlpJson;
import io.tracetide.schemas.TraceEvent;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Personal data is masked in every text of an event. */
class PersonalDataTest {

  private static final JsonBodies JSON = new JsonBodies(BodyLimits.defaults());
  private static final Pattern PLACE = Pattern.compile("CANARY");

  private static final String SPAN =
      """
      {"resourceSpans":[{
        "resource":{"attributes":[
          {"key":"service.name","value":{"stringValue":"svc CANARY"}},
          {"key":"host CANARY","value":{"stringValue":"a CANARY"}}]},
        "scopeSpans":[{"scope":{"name":"n CANARY","version":"by CANARY"},"spans":[{
          "traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",
          "name":"GET CANARY","kind":2,
          "startTimeUnixNano":"1748700000000000000","endTimeUnixNano":"1748700001000000000",
          "status":{"code":2,"message":"no CANARY"},
          "attributes":[
            {"key":"to CANARY","value":{"stringValue":"x CANARY"}},
            {"key":"list","value":{"arrayValue":{"values":[{"stringValue":"CANARY"}]}}},
            {"key":"map","value":{"kvlistValue":{"values":[
              {"key":"k CANARY","value":{"stringValue":"CANARY"}},
              {"key":"password","value":{"arrayValue":{"values":[{"stringValue":"hunter2"}]}}},
              {"key":"next","value":{"intValue":"7"}}]}}},
            {"key":"access_token","value":{"stringValue":"hunter2"}}],
          "events":[{"timeUnixNano":"1748700000500000000","name":"exception","attributes":[
            {"key":"exception.type","value":{"stringValue":"T CANARY"}},
            {"key":"exception.message","value":{"stringValue":"m CANARY"}},
            {"key":"exception.stacktrace","value":{"stringValue":"at CANARY"}}]},
            {"timeUnixNano":"1748700000500000000","name":"e CANARY","attributes":[]}]}]}]}]}
      """;

  private static final String EVENT =
      """
      {"type":"COMPLETED","traceId":"order-CANARY","spanId":"s-CANARY","parentSpanId":"p-CANARY",
       "serviceName":"svc CANARY","operationName":"op CANARY","currentOperation":"now CANARY",
       "context":{"contextId":"c CANARY","planId":"p CANARY","userId":"CANARY","sessionId":"CANARY",
         "correlationId":"x CANARY"},
       "tags":{"k CANARY":"v CANARY","o":{"n CANARY":["CANARY"],"password":"hunter2"}},
       "metadata":{"k CANARY":"v CANARY","cookie":"hunter2"},
       "customMetrics":{"m CANARY":1},
       "events":[{"eventType":"t CANARY","eventName":"n CANARY",
         "attributes":{"k CANARY":"v CANARY"}}],
       "outcome":{"success":false,"resultType":"r CANARY","output":"o CANARY",
         "error":{"type":"t CANARY","message":"m CANARY","stack":"s CANARY"}}}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jane.doe@example.com",
        "jane.doe%40example.com",
        "4111111111111111",
        "DE89370400440532013000",
        "+491701234567",
        "81.2.69.142"
      })
  void shouldMaskEveryTextOfAnEvent(String canary) {
    String span = PLACE.matcher(SPAN).replaceAll(canary);
    // An id is one word, in which a plus or dots have another meaning.
    String event = PLACE.matcher(EVENT).replaceAll(canary);

    List<TraceEvent> events =
        List.of(
            CapturedBatch.withDefaults()
                .read(new OtlpJson(JSON, 10_000), span.getBytes(UTF_8))
                .onlyEvent(),
            CapturedBatch.withDefaults()
                .read(new TraceEventJson(JSON, 10_000), event.getBytes(UTF_8))
                .onlyEvent());

    assertThat(events)
        .allSatisfy(
            masked -> {
              assertThat(masked.toString()).doesNotContain(canary).doesNotContain("hunter2");
              assertThat(masked.getMetadata().get(RecordBatchBuilder.MASKED)).contains(",secret");
            });
    assertThat(events.get(0).getTags()).containsEntry("access_token", "[secret]");
    assertThat(events.get(0).getTags().get("map")).contains("\"password\":\"[secret]\",\"next\":7");
  }

  @Test
  void shouldMarkOnlyMaskedEvents() {
    String plain = PLACE.matcher(EVENT).replaceAll("x").replaceAll("password|cookie", "other");
    CapturedBatch batch = CapturedBatch.withDefaults();

    batch.read(
        new TraceEventJson(JSON, 10_000),
        ("[" + plain.replace("v x", "a@b.io") + "," + plain + "]").getBytes(UTF_8));

    assertThat(batch.events().get(0).getMetadata())
        .containsEntry(RecordBatchBuilder.MASKED, "email");
    assertThat(batch.events().get(1).getMetadata()).doesNotContainKey(RecordBatchBuilder.MASKED);
  }
}
