package io.tracetide.gateway.format.otlp;

import static io.tracetide.gateway.format.otlp.JsonAttributes.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.format.json.JsonText;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusedRequestException;
import java.io.IOException;

/**
 * What surrounds spans and metrics alike in a JSON request: groups by resource, in them groups by
 * scope. Both are read as a stream, what they hold as small trees. JSON objects have no order, so a
 * group whose items come before its resource is looked through once more, from where it begins.
 *
 * @param <S> what is known of the sender of an item
 */
abstract class JsonEnvelope<S> {

  /**
   * How the groups are named.
   *
   * @param resources of the request
   * @param scopes of a resource's group
   * @param items of a scope's group
   */
  record Names(String resources, String scopes, String items) {}

  private final JsonBodies json;
  private final int maxNodes;
  private final Names names;
  private final Signal<S> signal;
  final JsonAttributes attributes;
  final RecordBatchBuilder intake;
  private final byte[] body;
  private final int from;
  private final int length;
  final JsonParser parser;

  /** Reads a body that the parser is open on. */
  JsonEnvelope(
      JsonBodies json,
      int maxNodes,
      Names names,
      Signal<S> signal,
      Body body,
      JsonParser parser,
      RecordBatchBuilder intake) {
    this.json = json;
    this.maxNodes = maxNodes;
    this.names = names;
    this.signal = signal;
    this.body = body.bytes();
    this.from = body.from();
    this.length = body.length();
    this.parser = parser;
    this.intake = intake;
    this.attributes = new JsonAttributes(intake);
  }

  /** {@code length} bytes of an array. */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
  record Body(byte[] bytes, int from, int length) {}

  /** Makes the reader of one body. */
  @FunctionalInterface
  interface Opening {

    JsonEnvelope<?> on(Body body, JsonParser parser);
  }

  /** Reads a whole body. */
  static void read(JsonBodies json, Body body, Opening opening) {
    JsonText text = json.text(body.bytes(), body.from(), body.length());
    Body readable = new Body(text.bytes(), text.from(), text.length());
    json.read(text, parser -> opening.on(readable, parser).request());
  }

  /** Reads the span or metric whose object the parser stands on. */
  abstract void item(S sender) throws IOException;

  private void request() throws IOException {
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
    if (parser.nextToken() != null) {
      throw RefusedRequestException.malformed("JSON: something follows the request");
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
        S sender = resource;
        forEachObject(field, () -> scopeGroup(sender));
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
        S sender = scoped;
        forEachObject(field, () -> item(sender));
      } else {
        parser.skipChildren();
      }
    }
  }

  /** Name of the field that the parser stands on, in lowerCamelCase. */
  final String fieldName() throws IOException {
    return ProtoNames.camelCase(parser.currentName());
  }

  /** Where the object begins that the parser stands on. */
  final long begin() {
    return parser.currentTokenLocation().getByteOffset();
  }

  final void forEachObject(String field, Step step) throws IOException {
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
   * Value of a field of the object that begins at {@code begin}, wherever in the object it stands.
   */
  final JsonNode lookAhead(long begin, String wanted) throws IOException {
    try (JsonParser scout = json.open(body, from + (int) begin, length - (int) begin)) {
      scout.nextToken();
      while (scout.nextToken() != JsonToken.END_OBJECT) {
        String field = ProtoNames.camelCase(scout.currentName());
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
    Signal.Draft<S> draft = signal.resource(intake);
    attributes.read(resource.path("attributes"), draft::attribute);
    return draft.finish();
  }

  private S scope(JsonNode scope, S resource) {
    return signal.scoped(
        resource,
        intake.text().name(text(scope.path("name"))),
        intake.text().name(text(scope.path("version"))),
        intake.findings().take());
  }

  /** Reads the object the parser stands on. */
  @FunctionalInterface
  interface Step {

    void read() throws IOException;
  }
}
