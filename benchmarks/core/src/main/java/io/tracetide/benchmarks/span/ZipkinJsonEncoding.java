package io.tracetide.benchmarks.span;

import io.tracetide.benchmarks.span.SampleSpan.Kind;
import io.tracetide.benchmarks.span.SampleSpan.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Zipkin v2 JSON. Sample spans have no character that JSON escapes. */
final class ZipkinJsonEncoding {

  private static final int BYTES_PER_SPAN = 600;

  private ZipkinJsonEncoding() {}

  static byte[] encode(List<SampleSpan> spans) {
    StringBuilder json = new StringBuilder(spans.size() * BYTES_PER_SPAN);
    char before = '[';
    for (SampleSpan span : spans) {
      json.append(before);
      append(json, span);
      before = ',';
    }
    return json.append(']').toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void append(StringBuilder json, SampleSpan span) {
    json.append("{\"traceId\":\"").append(span.traceId());
    if (span.parentId() != 0) {
      json.append("\",\"parentId\":\"").append(SampleSpan.hex(span.parentId()));
    }
    json.append("\",\"id\":\"").append(SampleSpan.hex(span.spanId()));
    if (span.kind() == Kind.SERVER || span.kind() == Kind.CLIENT) {
      json.append("\",\"kind\":\"").append(span.kind().name());
    }
    json.append("\",\"name\":\"").append(span.operation());
    json.append("\",\"timestamp\":").append(span.startMicros());
    json.append(",\"duration\":").append(span.durationMicros());
    json.append(",\"localEndpoint\":{\"serviceName\":\"").append(span.service());
    json.append("\",\"ipv4\":\"10.1.2.3\"},\"tags\":{");
    String before = "\"";
    for (Tag tag : span.tags()) {
      json.append(before).append(tag.key()).append("\":\"").append(tag.value()).append('"');
      before = ",\"";
    }
    if (span.failed()) {
      json.append(",\"error\":\"the upstream gave up\"");
    }
    json.append("}}");
  }
}
