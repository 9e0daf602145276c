package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.JsonAttributes.enumNumber;
import static io.tracetide.gateway.format.otlp.JsonAttributes.text;
import static io.tracetide.gateway.format.otlp.JsonAttributes.unsigned;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.span.HexId;
import io.tracetide.gateway.format.span.SpanBuilder;
import io.tracetide.gateway.format.span.SpanSource;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.Truncation;
import java.io.IOException;
import java.util.List;

/**
 * OTLP spans in JSON: Protobuf's JSON mapping with hex ids and enums as numbers. The other forms
 * that the mapping allows are read too: names of enums, ids in base64, field names with
 * underscores, whole numbers as text, with a fraction of zeros or an exponent. Unknown fields are
 * ignored.
 */
public final class OtlpJson extends JsonFormat {

  public static final String CONTENT_TYPE = "application/json";

  private static final List<String> KIND_NAMES =
      List.of(
          "SPAN_KIND_UNSPECIFIED",
          "SPAN_KIND_INTERNAL",
          "SPAN_KIND_SERVER",
          "SPAN_KIND_CLIENT",
          "SPAN_KIND_PRODUCER",
          "SPAN_KIND_CONSUMER");

  private static final List<String> STATUS_NAMES =
      List.of("STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR");

  private static final JsonEnvelope.Names NAMES =
      new JsonEnvelope.Names("resourceSpans", "scopeSpans", "spans");

  public OtlpJson(JsonBodies json, int maxNodes) {
    super("otlp_json", ExportResponse.SPANS, json, maxNodes);
  }

  @Override
  JsonEnvelope<?> reader(Payload body, JsonParser parser, RecordBatchBuilder batch) {
    return new Reader(body, parser, batch);
  }

  /** Reads one request. */
  private final class Reader extends JsonEnvelope<SpanSource> {

    Reader(Payload body, JsonParser parser, RecordBatchBuilder batch) {
      super(json, maxNodes, NAMES, SpanSource.Builder::new, body, parser, batch);
    }

    @Override
    void item(SpanSource resource) throws IOException {
      JsonNode span = SpanTree.of(parser, maxNodes);
      if (span == null) {
        batch.refuse(
            RefusalReason.TOO_MANY_VALUES, "more than " + maxNodes + " JSON values in one span");
        return;
      }
      Long start = unsigned(span.path("startTimeUnixNano"));
      Long end = unsigned(span.path("endTimeUnixNano"));
      if (start == null || end == null) {
        batch.refuse(
            RefusalReason.INVALID_TIMESTAMP,
            "startTimeUnixNano and endTimeUnixNano must be nanoseconds since 1970");
        return;
      }
      SpanBuilder builder = new SpanBuilder(batch);
      builder.traceId(HexId.ofJson(text(span.path("traceId")), HexId.TRACE_BYTES));
      builder.spanId(HexId.ofJson(text(span.path("spanId")), HexId.SPAN_BYTES));
      builder.parentSpanId(HexId.ofJson(text(span.path("parentSpanId")), HexId.SPAN_BYTES));
      builder.traceState(text(span.path("traceState")));
      Long flags = unsigned(span.path("flags"));
      builder.flags(flags == null ? 0 : flags);
      builder.name(text(span.path("name")));
      builder.kind(enumNumber(span.path("kind"), KIND_NAMES));
      builder.start(start);
      builder.end(end);
      JsonNode status = span.path("status");
      builder.status(enumNumber(status.path("code"), STATUS_NAMES), text(status.path("message")));
      attributes.read(span.path("attributes"), builder);
      for (JsonNode event : span.path("events")) {
        if (!builder.dropsEvent()) {
          spanEvent(event, builder);
        }
      }
      for (JsonNode link : span.path("links")) {
        if (!builder.dropsLink()) {
          builder.add(spanLink(link));
        }
      }
      builder.finish(resource);
    }

    private SpanBuilder.LinkBuilder spanLink(JsonNode link) {
      SpanBuilder.LinkBuilder builder = new SpanBuilder.LinkBuilder(batch);
      builder.traceId(HexId.ofJson(text(link.path("traceId")), HexId.TRACE_BYTES));
      builder.spanId(HexId.ofJson(text(link.path("spanId")), HexId.SPAN_BYTES));
      attributes.read(link.path("attributes"), builder);
      return builder;
    }

    private void spanEvent(JsonNode event, SpanBuilder span) {
      Long time = unsigned(event.path("timeUnixNano"));
      if (time == null) {
        batch.truncations().count(Truncation.EVENT_TIME_INVALID);
        return;
      }
      SpanBuilder.EventBuilder builder = new SpanBuilder.EventBuilder(batch);
      builder.time(time);
      builder.name(text(event.path("name")));
      attributes.read(event.path("attributes"), builder);
      span.add(builder);
    }
  }
}
