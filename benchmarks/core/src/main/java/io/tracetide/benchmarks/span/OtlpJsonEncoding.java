package io.tracetide.benchmarks.span;

import io.tracetide.benchmarks.span.SampleSpan.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** OTLP in JSON. Sample spans have no character that JSON escapes. */
final class OtlpJsonEncoding {

  private static final int BYTES_PER_SPAN = 1_000;

  private OtlpJsonEncoding() {}

  static byte[] encode(List<SampleSpan> spans) {
    StringBuilder json = new StringBuilder(spans.size() * BYTES_PER_SPAN);
    json.append("{\"resourceSpans\":[{\"resource\":{\"attributes\":[");
    attribute(json, "service.name", spans.get(0).service());
    attribute(json.append(','), "host.ip", "10.1.2.3");
    json.append("]},\"scopeSpans\":[{\"scope\":{\"name\":\"bench\"},\"spans\":");
    char before = '[';
    for (SampleSpan span : spans) {
      json.append(before);
      append(json, span);
      before = ',';
    }
    return json.append("]}]}]}").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void append(StringBuilder json, SampleSpan span) {
    json.append("{\"traceId\":\"").append(span.traceId());
    json.append("\",\"spanId\":\"").append(SampleSpan.hex(span.spanId()));
    if (span.parentId() != 0) {
      json.append("\",\"parentSpanId\":\"").append(SampleSpan.hex(span.parentId()));
    }
    json.append("\",\"name\":\"").append(span.operation());
    json.append("\",\"kind\":").append(span.kind().number());
    json.append(",\"startTimeUnixNano\":\"").append(span.startMicros()).append("000");
    json.append("\",\"endTimeUnixNano\":\"");
    json.append(span.startMicros() + span.durationMicros()).append("000\",\"attributes\":");
    char before = '[';
    for (Tag tag : span.tags()) {
      attribute(json.append(before), tag.key(), tag.value());
      before = ',';
    }
    json.append("],\"status\":{");
    if (span.failed()) {
      json.append("\"code\":2,\"message\":\"the upstream gave up\"");
    }
    json.append("}}");
  }

  private static void attribute(StringBuilder json, String key, String value) {
    json.append("{\"key\":\"").append(key).append("\",\"value\":{\"stringValue\":\"");
    json.append(value).append("\"}}");
  }
}
