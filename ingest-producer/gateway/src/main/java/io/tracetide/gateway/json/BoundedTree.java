package io.tracetide.gateway.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value into a tree of at most so many nodes. A tree of small values takes thirty
 * times the bytes of its text, so the number of nodes is what must be bounded, not the text.
 */
public final class BoundedTree {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonParser parser;
  private int remaining;

  private BoundedTree(JsonParser parser, int maxNodes) {
    this.parser = parser;
    this.remaining = maxNodes;
  }

  /**
   * Reads the value the parser stands on and leaves the parser on its last token.
   *
   * @return the value, or null when it has more nodes; it is passed over then
   */
  public static @Nullable JsonNode read(JsonParser parser, int maxNodes) throws IOException {
    BoundedTree tree = new BoundedTree(parser, maxNodes);
    JsonNode root = tree.value();
    return tree.remaining < 0 ? null : root;
  }

  private JsonNode value() throws IOException {
    if (--remaining < 0) {
      parser.skipChildren();
      return NODES.nullNode();
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      default -> NODES.nullNode();
    };
  }

  private ObjectNode object() throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      JsonNode value = value();
      if (remaining >= 0) {
        object.set(name, value);
      }
    }
    return object;
  }

  private ArrayNode array() throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode value = value();
      if (remaining >= 0) {
        array.add(value);
      }
    }
    return array;
  }

  /**
   * A long when it is one; a larger integer stays text, which no field of ours takes for a number
   * it is not.
   */
  private JsonNode integer() throws IOException {
    return switch (parser.getNumberType()) {
      case INT, LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.textNode(parser.getText());
    };
  }
}
