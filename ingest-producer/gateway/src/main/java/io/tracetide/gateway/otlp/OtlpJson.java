package io.tracetide.gateway.otlp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tracetide.gateway.intake.Dialect;
import io.tracetide.gateway.intake.Intake;
import io.tracetide.gateway.intake.Refusal;
import io.tracetide.gateway.intake.RefusalReason;
import io.tracetide.gateway.intake.RefusedRequestException;
import io.tracetide.gateway.intake.RequestRefusal;
import io.tracetide.gateway.json.BoundedTree;
import io.tracetide.gateway.json.JsonBodies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * OTLP traces in JSON: Protobuf's JSON mapping with hex ids and enums as numbers. Names of enums
 * are read too, and 64-bit integers as text or as numbers; unknown fields are ignored.
 *
 * <p>The groups of the request are read as a stream, each resource and span as a small tree. JSON
 * objects have no order, so a group whose spans come before its resource is looked through once
 * more, from where it begins.
 */
public final class OtlpJson implements Dialect {

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
  public void read(byte[] body, int length, Intake intake) {
    try (JsonParser parser = json.open(body, 0, length)) {
      try {
        new Reader(body, length, parser, intake).request();
      } catch (JsonProcessingException e) {
        throw JsonBodies.malformed(parser);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading an array does no I/O", e);
    }
  }

  @Override
  public Answer accepted(int accepted, List<Refusal> refused) {
    return answer(
        refused.isEmpty()
            ? Map.of()
            : Map.of(
                "partialSuccess",
                // A 64-bit integer is text in Protobuf's JSON mapping.
                Map.of(
                    "rejectedSpans",
                    Integer.toString(refused.size()),
                    "errorMessage",
                    RefusalSummary.of(refused))));
  }

  @Override
  public Answer refused(RequestRefusal refusal, String detail) {
    return answer(Map.of("code", RpcCode.of(refusal), "message", detail));
  }

  private Answer answer(Map<String, ?> message) {
    return new Answer(CONTENT_TYPE, json.write(message));
  }

  /** Reads one request. */
  private final class Reader {

    private final byte[] body;
    private final int length;
    private final JsonParser parser;
    private final Intake intake;

    Reader(byte[] body, int length, JsonParser parser, Intake intake) {
      this.body = body;
      this.length = length;
      this.parser = parser;
      this.intake = intake;
    }

    void request() throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw RefusedRequestException.malformed("JSON: the request must be an object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        if (field.equals("resourceSpans")) {
          forEachObject(field, this::resourceSpans);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw RefusedRequestException.malformed("JSON: something follows the request");
      }
    }

    private void resourceSpans() throws IOException {
      long begin = parser.currentTokenLocation().getByteOffset();
      Resource resource = null;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "resource" -> {
            if (resource == null) {
              resource = resource(tree(parser));
            } else {
              parser.skipChildren();
            }
          }
          case "scopeSpans" -> {
            if (resource == null) {
              resource = resource(lookAhead(begin, "resource"));
            }
            Resource sender = resource;
            forEachObject(field, () -> scopeSpans(sender));
          }
          default -> parser.skipChildren();
        }
      }
    }

    private void scopeSpans(Resource resource) throws IOException {
      long begin = parser.currentTokenLocation().getByteOffset();
      Resource scoped = null;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "scope" -> {
            if (scoped == null) {
              scoped = scope(tree(parser), resource);
            } else {
              parser.skipChildren();
            }
          }
          case "spans" -> {
            if (scoped == null) {
              scoped = scope(lookAhead(begin, "scope"), resource);
            }
            Resource sender = scoped;
            forEachObject(field, () -> span(sender));
          }
          default -> parser.skipChildren();
        }
      }
    }

    private void forEachObject(String field, Step step) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return;
      }
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw RefusedRequestException.malformed("JSON: " + field + " must be an array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          throw RefusedRequestException.malformed(
              "JSON: every element of " + field + " must be an object");
        }
        step.read();
      }
    }

    /**
     * Value of a field of the object that begins at {@code begin}, wherever in the object it
     * stands.
     */
    private JsonNode lookAhead(long begin, String wanted) throws IOException {
      try (JsonParser scout = json.open(body, (int) begin, length - (int) begin)) {
        scout.nextToken();
        while (scout.nextToken() != JsonToken.END_OBJECT) {
          String field = scout.currentName();
          scout.nextToken();
          if (field.equals(wanted)) {
            return tree(scout);
          }
          scout.skipChildren();
        }
      }
      return MissingNode.getInstance();
    }

    private JsonNode tree(JsonParser at) throws IOException {
      JsonNode tree = BoundedTree.read(at, maxNodes);
      return tree == null ? MissingNode.getInstance() : tree;
    }

    private Resource resource(JsonNode resource) {
      Resource.Draft draft = new Resource.Draft(intake);
      for (JsonNode attribute : resource.path("attributes")) {
        draft.attribute(text(attribute.path("key")), value(attribute.path("value")));
      }
      return draft.finish();
    }

    private Resource scope(JsonNode scope, Resource resource) {
      return resource.withScope(
          intake.text().name(text(scope.path("name"))),
          intake.text().name(text(scope.path("version"))),
          intake.findings().take());
    }

    private void span(Resource resource) throws IOException {
      JsonNode span = BoundedTree.read(parser, maxNodes);
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
      SpanDraft draft = new SpanDraft(intake);
      draft.traceId(HexId.of(text(span.path("traceId")), HexId.TRACE_BYTES));
      draft.spanId(HexId.of(text(span.path("spanId")), HexId.SPAN_BYTES));
      draft.parentSpanId(HexId.of(text(span.path("parentSpanId")), HexId.SPAN_BYTES));
      draft.traceState(text(span.path("traceState")));
      draft.flags(span.path("flags").asLong());
      draft.name(text(span.path("name")));
      draft.kind(enumNumber(span.path("kind"), KIND_NAMES));
      draft.start(start);
      draft.end(end);
      JsonNode status = span.path("status");
      draft.status(enumNumber(status.path("code"), STATUS_NAMES), text(status.path("message")));
      for (JsonNode attribute : span.path("attributes")) {
        draft.attribute(text(attribute.path("key")), value(attribute.path("value")));
      }
      for (JsonNode event : span.path("events")) {
        if (!draft.dropsEvent()) {
          draft.add(spanEvent(event));
        }
      }
      draft.finish(resource);
    }

    private SpanDraft.EventDraft spanEvent(JsonNode event) {
      SpanDraft.EventDraft draft = new SpanDraft.EventDraft(intake);
      Long time = unsigned(event.path("timeUnixNano"));
      draft.time(time == null ? 0 : time);
      draft.name(text(event.path("name")));
      for (JsonNode attribute : event.path("attributes")) {
        draft.attribute(text(attribute.path("key")), value(attribute.path("value")));
      }
      return draft;
    }

    private String value(JsonNode any) {
      JsonNode array = any.path("arrayValue");
      if (array.isObject()) {
        return array(array, new ValueText(intake.limits().longestText(), intake.text()::hides), 1)
            .toString();
      }
      JsonNode map = any.path("kvlistValue");
      if (map.isObject()) {
        return map(map, new ValueText(intake.limits().longestText(), intake.text()::hides), 1)
            .toString();
      }
      JsonNode number = any.path("doubleValue");
      if (!number.isMissingNode()) {
        return Double.toString(number(number));
      }
      for (String field : SCALARS) {
        JsonNode scalar = any.path(field);
        if (!scalar.isMissingNode()) {
          return scalar.asText();
        }
      }
      return "";
    }

    private ValueText array(JsonNode array, ValueText out, int depth) {
      out.open('[');
      for (JsonNode element : array.path("values")) {
        if (!out.isFull()) {
          nested(element, out, depth);
        }
      }
      out.close(']');
      return out;
    }

    private ValueText map(JsonNode map, ValueText out, int depth) {
      out.open('{');
      for (JsonNode entry : map.path("values")) {
        if (!out.isFull()) {
          out.key(text(entry.path("key")));
          nested(entry.path("value"), out, depth);
        }
      }
      out.close('}');
      return out;
    }

    private void nested(JsonNode any, ValueText out, int depth) {
      if (any.path("arrayValue").isObject() && depth < ValueText.MAX_DEPTH) {
        array(any.path("arrayValue"), out, depth + 1);
      } else if (any.path("kvlistValue").isObject() && depth < ValueText.MAX_DEPTH) {
        map(any.path("kvlistValue"), out, depth + 1);
      } else if (any.has("doubleValue")) {
        out.number(number(any.path("doubleValue")));
      } else if (any.has("intValue")) {
        out.literal(Long.toString(any.path("intValue").asLong()));
      } else if (any.has("boolValue")) {
        out.literal(Boolean.toString(any.path("boolValue").asBoolean()));
      } else if (any.has("stringValue")) {
        out.text(text(any.path("stringValue")));
      } else if (any.has("bytesValue")) {
        out.text(text(any.path("bytesValue")));
      } else {
        out.literal("null");
      }
    }
  }

  private static final List<String> SCALARS =
      List.of("stringValue", "boolValue", "intValue", "bytesValue");

  /** Text of a field; empty when it is absent, null or not text. */
  private static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : "";
  }

  /** A double as a number or as text, for JSON has no literal for what is not finite. */
  private static double number(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (text(node)) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> node.asDouble(Double.NaN);
    };
  }

  /**
   * An unsigned 64-bit integer as a number or as text; 0 when absent, null when it is something
   * else.
   */
  private static @Nullable Long unsigned(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return 0L;
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    try {
      return Long.parseUnsignedLong(text(node));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The number of an enum's value, or of its name; -1 when it is unknown. */
  private static int enumNumber(JsonNode node, List<String> names) {
    return node.isTextual() ? names.indexOf(node.textValue()) : node.asInt();
  }

  /** Reads the object the parser stands on. */
  @FunctionalInterface
  private interface Step {

    void read() throws IOException;
  }
}
