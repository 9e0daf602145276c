package io.tracetide.gateway.format.otlp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one span into a tree in which each list of attributes is a single node, an {@link
 * AttributeList}. As a tree, an attribute takes two objects with a map in each: that is most of a
 * span's tree and half of the time to read it. Values inside the list count towards the limit.
 */
final class SpanTree extends ProtoTree {

  private static final String ATTRIBUTES = "attributes";

  private SpanTree(JsonParser parser, int maxNodes) {
    super(parser, maxNodes);
  }

  /**
   * The span the parser stands on; leaves the parser on its last token.
   *
   * @return the span, or null when it has more nodes and was skipped
   */
  static @Nullable JsonNode of(JsonParser parser, int maxNodes) throws IOException {
    return new SpanTree(parser, maxNodes).read();
  }

  @Override
  protected JsonNode value(String name) throws IOException {
    return name.equals(ATTRIBUTES) && parser.currentToken() == JsonToken.START_ARRAY
        ? attributes()
        : value();
  }

  private JsonNode attributes() throws IOException {
    if (!count()) {
      return MissingNode.getInstance();
    }
    AttributeList list = new AttributeList();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        attribute(list);
      } else {
        value();
        add(list, "", MissingNode.getInstance());
      }
    }
    return NODES.pojoNode(list);
  }

  private void attribute(AttributeList list) throws IOException {
    if (!count()) {
      return;
    }
    String key = "";
    Object value = MissingNode.getInstance();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = fieldName();
      parser.nextToken();
      switch (field) {
        case "key" -> key = JsonAttributes.text(value());
        case "value" -> value = any();
        default -> value(field);
      }
    }
    add(list, key, value);
  }

  private void add(AttributeList list, String key, Object value) {
    if (hasRoom()) {
      list.add(key, value);
    }
  }

  /** The text of a value that has one scalar field and no other; else a tree. */
  private Object any() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return value();
    }
    if (!count()) {
      return MissingNode.getInstance();
    }
    ObjectNode partial = NODES.objectNode();
    if (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = fieldName();
      boolean text =
          parser.nextToken() == JsonToken.VALUE_STRING && JsonAttributes.SCALARS.contains(field);
      JsonNode first = value(field);
      if (parser.nextToken() == JsonToken.END_OBJECT && text) {
        return JsonAttributes.scalar(field, first.asText());
      }
      if (hasRoom()) {
        partial.set(field, first);
      }
    }
    return rest(partial);
  }
}
