package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.JsonAttributes.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.span.TelemetrySource;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusedRequestException;
import java.io.IOException;
import java.util.function.Function;

/**
 * Reads the part of an OTLP request in JSON that is the same for every signal: groups by resource,
 * which contain groups by scope. Groups are read as a stream, their items as small trees. Fields of
 * JSON have no order: a group whose items come before its resource is scanned a second time from
 * its beginning.
 *
 * @param <S> the source of spans or metrics
 */
abstract class JsonEnvelope<S extends TelemetrySource<S>> {

  /**
   * Field names of a signal.
   *
   * @param resources groups of the request
   * @param scopes groups of a resource
   * @param items of a scope
   */
  record Names(String resources, String scopes, String items) {}

  private final JsonBodies json;
  private final int maxNodes;
  private final Names names;
  private final Function<RecordBatchBuilder, TelemetrySource.Builder<S>> sources;
  final JsonAttributes attributes;
  final RecordBatchBuilder batch;
  private final Payload body;
  final JsonParser parser;

  /** Reads a body that the parser is open on. */
  JsonEnvelope(
      JsonBodies json,
      int maxNodes,
      Names names,
      Function<RecordBatchBuilder, TelemetrySource.Builder<S>> sources,
      Payload body,
      JsonParser parser,
      RecordBatchBuilder batch) {
    this.json = json;
    this.maxNodes = maxNodes;
    this.names = names;
    this.sources = sources;
    this.body = body;
    this.parser = parser;
    this.batch = batch;
    this.attributes = new JsonAttributes(batch);
  }

  /** Reads the span or metric whose object the parser stands on. */
  abstract void item(S source) throws IOException;

  final void request() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw RefusedRequestException.malformed("JSON: the request must be an object");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = fieldName();
      parser.nextToken();
      if (field.equals(names.resources())) {
        forEachObject(field, this::resourceGroup);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void resourceGroup() throws IOException {
    long begin = begin();
    S resource = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = fieldName();
      parser.nextToken();
      if (field.equals("resource") && resource == null) {
        resource = resource(tree(parser));
      } else if (field.equals(names.scopes())) {
        if (resource == null) {
          resource = resource(lookAhead(begin, "resource"));
        }
        S source = resource;
        forEachObject(field, () -> scopeGroup(source));
      } else {
        parser.skipChildren();
      }
    }
  }

  private void scopeGroup(S resource) throws IOException {
    long begin = begin();
    S scoped = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = fieldName();
      parser.nextToken();
      if (field.equals("scope") && scoped == null) {
        scoped = scope(tree(parser), resource);
      } else if (field.equals(names.items())) {
        if (scoped == null) {
          scoped = scope(lookAhead(begin, "scope"), resource);
        }
        S source = scoped;
        forEachObject(field, () -> item(source));
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Name of the field that the parser stands on, in lowerCamelCase. */
  final String fieldName() throws IOException {
    return ProtoTree.camelCase(parser.currentName());
  }

  /** Offset of the object the parser stands on. */
  final long begin() {
    return parser.currentTokenLocation().getByteOffset();
  }

  final void forEachObject(String field, ObjectReader reader) throws IOException {
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
      reader.read();
    }
  }

  /** Value of a field of the object at an offset, which may be behind the parser's position. */
  final JsonNode lookAhead(long begin, String wanted) throws IOException {
    int offset = (int) begin;
    try (JsonParser scout = json.open(body.bytes(), body.from() + offset, body.length() - offset)) {
      scout.nextToken();
      while (scout.nextToken() != JsonToken.END_OBJECT) {
        String field = ProtoTree.camelCase(scout.currentName());
        scout.nextToken();
        if (field.equals(wanted)) {
          return tree(scout);
        }
        scout.skipChildren();
      }
    }
    return MissingNode.getInstance();
  }

  /** The value the parser stands on; missing when it is too large. */
  final JsonNode tree(JsonParser at) throws IOException {
    JsonNode tree = ProtoTree.of(at, maxNodes);
    return tree == null ? MissingNode.getInstance() : tree;
  }

  private S resource(JsonNode resource) {
    TelemetrySource.Builder<S> builder = sources.apply(batch);
    attributes.read(resource.path("attributes"), builder);
    return builder.build();
  }

  private S scope(JsonNode scope, S resource) {
    return resource.withScope(
        batch.text().name(text(scope.path("name"))),
        batch.text().name(text(scope.path("version"))),
        batch.findings().take());
  }

  /** Reads the object the parser stands on. */
  @FunctionalInterface
  interface ObjectReader {

    void read() throws IOException;
  }
}
