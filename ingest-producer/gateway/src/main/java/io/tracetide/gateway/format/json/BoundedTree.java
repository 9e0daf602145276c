package io.tracetide.gateway.format.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value into a tree with a limited number of nodes. A tree of small values takes
 * thirty times the bytes of its text, so the limit is on nodes, not on text.
 */
public class BoundedTree {

  protected static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Up to this magnitude a double represents every whole number. */
  private static final double EVERY_WHOLE_NUMBER = 0x1p53;

  private static final double BEYOND_64_BITS = 0x1p64;

  protected final JsonParser parser;
  private int remaining;

  protected BoundedTree(JsonParser parser, int maxNodes) {
    this.parser = parser;
    this.remaining = maxNodes;
  }

  /**
   * Reads the value the parser stands on and leaves the parser on its last token.
   *
   * @return the value, or null when it has more nodes and was skipped
   */
  public static @Nullable JsonNode read(JsonParser parser, int maxNodes) throws IOException {
    return new BoundedTree(parser, maxNodes).read();
  }

  /** Reads the value the parser stands on. */
  protected final @Nullable JsonNode read() throws IOException {
    JsonNode root = value();
    return hasRoom() ? root : null;
  }

  /** Whether the limit of nodes has not been exceeded. */
  protected final boolean hasRoom() {
    return remaining >= 0;
  }

  /** Counts the value the parser stands on; skips it and returns false beyond the limit. */
  protected final boolean count() throws IOException {
    if (--remaining < 0) {
      parser.skipChildren();
      return false;
    }
    return true;
  }

  /** The value the parser stands on. */
  protected final JsonNode value() throws IOException {
    if (!count()) {
      return NODES.nullNode();
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> fraction();
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      default -> NODES.nullNode();
    };
  }

  /** Name of the field that the parser stands on. */
  protected String fieldName() throws IOException {
    return parser.currentName();
  }

  /** The value the parser stands on, of the field with that name. */
  protected JsonNode value(String name) throws IOException {
    return value();
  }

  private ObjectNode object() throws IOException {
    parser.nextToken();
    return rest(NODES.objectNode());
  }

  /** Adds the fields from the one the parser stands on to the end of the object. */
  protected final ObjectNode rest(ObjectNode object) throws IOException {
    while (parser.currentToken() != JsonToken.END_OBJECT) {
      String name = fieldName();
      parser.nextToken();
      JsonNode value = value(name);
      if (hasRoom()) {
        object.set(name, value);
      }
      parser.nextToken();
    }
    return object;
  }

  private ArrayNode array() throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      JsonNode value = value();
      if (hasRoom()) {
        array.add(value);
      }
    }
    return array;
  }

  /**
   * A double; a decimal where a double does not represent every whole number, because a time in
   * nanoseconds may be written with an exponent.
   */
  private JsonNode fraction() throws IOException {
    double number = parser.getDoubleValue();
    return Math.abs(number) < EVERY_WHOLE_NUMBER || Math.abs(number) > BEYOND_64_BITS
        ? NODES.numberNode(number)
        : NODES.numberNode(parser.getDecimalValue());
  }

  /** A long; an integer that does not fit stays text, which no numeric field accepts. */
  private JsonNode integer() throws IOException {
    return switch (parser.getNumberType()) {
      case INT, LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.textNode(parser.getText());
    };
  }
}
