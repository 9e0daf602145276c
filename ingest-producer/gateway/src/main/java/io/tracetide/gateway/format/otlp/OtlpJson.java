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
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.Refusal;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.gateway.record.Truncation;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * OTLP traces in JSON: Protobuf's JSON mapping with hex ids and enums as numbers. What the mapping
 * allows beside is read too: names of enums, ids in base64, field names with underscores, whole
 * numbers as text, with a fraction of zeros or an exponent; unknown fields are ignored.
 */
public final class OtlpJson implements PayloadFormat {

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

  private final JsonBodies json;
  private final int maxNodes;

  public OtlpJson(JsonBodies json, int maxNodes) {
    this.json = json;
    this.maxNodes = maxNodes;
  }

  @Override
  public String label() {
    return "otlp_json";
  }

  @Override
  public void read(byte[] body, int from, int length, RecordBatchBuilder intake) {
    JsonEnvelope.read(
        json,
        new JsonEnvelope.Body(body, from, length),
        (opened, parser) -> new Reader(opened, parser, intake));
  }

  @Override
  public Answer accepted(int accepted, List<Refusal> refused) {
    return answer(RefusalSummary.partialSuccess("rejectedSpans", "spans", refused));
  }

  @Override
  public Answer refused(RequestRefusal refusal, String detail) {
    return answer(RpcStatus.json(refusal, detail));
  }

  private Answer answer(Map<String, ?> message) {
    return new Answer(CONTENT_TYPE, json.write(message));
  }

  /** Reads one request. */
  private final class Reader extends JsonEnvelope<SpanSource> {

    Reader(Body body, JsonParser parser, RecordBatchBuilder intake) {
      super(json, maxNodes, NAMES, Signal.SPANS, body, parser, intake);
    }

    @Override
    void item(SpanSource resource) throws IOException {
      JsonNode span = SpanTree.of(parser, maxNodes);
      if (span == null) {
        intake.refuse(
            RefusalReason.TOO_MANY_VALUES, "more than " + maxNodes + " JSON values in one span");
        return;
      }
      Long start = unsigned(span.path("startTimeUnixNano"));
      Long end = unsigned(span.path("endTimeUnixNano"));
      if (start == null || end == null) {
        intake.refuse(
            RefusalReason.INVALID_TIMESTAMP,
            "startTimeUnixNano and endTimeUnixNano must be nanoseconds since 1970");
        return;
      }
      SpanBuilder draft = new SpanBuilder(intake);
      draft.traceId(HexId.ofJson(text(span.path("traceId")), HexId.TRACE_BYTES));
      draft.spanId(HexId.ofJson(text(span.path("spanId")), HexId.SPAN_BYTES));
      draft.parentSpanId(HexId.ofJson(text(span.path("parentSpanId")), HexId.SPAN_BYTES));
      draft.traceState(text(span.path("traceState")));
      Long flags = unsigned(span.path("flags"));
      draft.flags(flags == null ? 0 : flags);
      draft.name(text(span.path("name")));
      draft.kind(enumNumber(span.path("kind"), KIND_NAMES));
      draft.start(start);
      draft.end(end);
      JsonNode status = span.path("status");
      draft.status(enumNumber(status.path("code"), STATUS_NAMES), text(status.path("message")));
      attributes.read(span.path("attributes"), draft::attribute);
      for (JsonNode event : span.path("events")) {
        if (!draft.dropsEvent()) {
          spanEvent(event, draft);
        }
      }
      for (JsonNode link : span.path("links")) {
        if (!draft.dropsLink()) {
          draft.add(spanLink(link));
        }
      }
      draft.finish(resource);
    }

    private SpanBuilder.LinkDraft spanLink(JsonNode link) {
      SpanBuilder.LinkDraft draft = new SpanBuilder.LinkDraft(intake);
      draft.traceId(HexId.ofJson(text(link.path("traceId")), HexId.TRACE_BYTES));
      draft.spanId(HexId.ofJson(text(link.path("spanId")), HexId.SPAN_BYTES));
      attributes.read(link.path("attributes"), draft::attribute);
      return draft;
    }

    private void spanEvent(JsonNode event, SpanBuilder span) {
      Long time = unsigned(event.path("timeUnixNano"));
      if (time == null) {
        intake.adjustments().count(Truncation.EVENT_TIME_INVALID);
        return;
      }
      SpanBuilder.EventDraft draft = new SpanBuilder.EventDraft(intake);
      draft.time(time);
      draft.name(text(event.path("name")));
      attributes.read(event.path("attributes"), draft::attribute);
      span.add(draft);
    }
  }
}
