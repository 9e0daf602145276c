package io.tracetide.benchmarks.span;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpanEncodingTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long BASE_MICROS = 1_700_000_000_000_000L;

  private final SpanSequence spans = new SpanSequence(1, BASE_MICROS);
  private final List<SampleSpan> batch = spans.batch(7, 100);

  @Test
  void shouldGiveTheSameSpansForTheSameNumbers() {
    assertThat(new SpanSequence(1, BASE_MICROS).batch(7, 100)).isEqualTo(batch);
    assertThat(new SpanSequence(2, BASE_MICROS).batch(7, 100)).isNotEqualTo(batch);
  }

  @Test
  void shouldFindTheNumberOfASpanByItsId() {
    Set<Long> numbers = new HashSet<>();
    for (SampleSpan span : batch) {
      numbers.add(SpanSequence.number(span.spanId()));
    }
    assertThat(numbers).hasSize(100).contains(700L, 799L);
  }

  @Test
  void shouldEncodeTheSameSpansInEveryFormat() throws Exception {
    JsonNode zipkin = JSON.readTree(SpanEncoding.ZIPKIN_JSON.encode(batch));
    JsonNode otlp =
        JSON.readTree(SpanEncoding.OTLP_JSON.encode(batch))
            .at("/resourceSpans/0/scopeSpans/0/spans");
    List<Span> protobuf =
        ExportTraceServiceRequest.parseFrom(SpanEncoding.OTLP_PROTOBUF.encode(batch))
            .getResourceSpans(0)
            .getScopeSpans(0)
            .getSpansList();

    assertThat(zipkin).hasSize(100);
    assertThat(otlp).hasSize(100);
    assertThat(protobuf).hasSize(100);
    for (int i = 0; i < 100; i++) {
      SampleSpan span = batch.get(i);
      JsonNode z = zipkin.get(i);
      JsonNode o = otlp.get(i);
      Span p = protobuf.get(i);
      assertThat(z.get("traceId").asText())
          .isEqualTo(o.get("traceId").asText())
          .isEqualTo(hex(p.getTraceId().toByteArray()))
          .hasSize(32);
      assertThat(z.get("id").asText())
          .isEqualTo(o.get("spanId").asText())
          .isEqualTo(hex(p.getSpanId().toByteArray()));
      assertThat(z.path("parentId").asText())
          .isEqualTo(o.path("parentSpanId").asText())
          .isEqualTo(hex(p.getParentSpanId().toByteArray()));
      assertThat(z.get("name").asText())
          .isEqualTo(o.get("name").asText())
          .isEqualTo(p.getName())
          .isEqualTo(span.operation());
      assertThat(z.at("/localEndpoint/serviceName").asText()).isEqualTo(span.service());
      assertThat(z.get("duration").asLong() * 1_000)
          .isEqualTo(o.get("endTimeUnixNano").asLong() - o.get("startTimeUnixNano").asLong())
          .isEqualTo(p.getEndTimeUnixNano() - p.getStartTimeUnixNano())
          .isPositive();
      assertThat(z.path("tags").has("error"))
          .isEqualTo(o.path("status").has("code"))
          .isEqualTo(p.getStatus().getCodeValue() == 2)
          .isEqualTo(span.failed());
      assertThat(o.get("attributes")).hasSameSizeAs(span.tags());
      assertThat(p.getAttributesList()).hasSameSizeAs(span.tags());
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(String.format("%02x", b));
    }
    return text.toString();
  }
}
