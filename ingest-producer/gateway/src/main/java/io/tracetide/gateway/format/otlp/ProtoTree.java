package io.tracetide.gateway.format.otlp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.BoundedTree;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one message in Protobuf's JSON mapping into a tree, its field names in lowerCamelCase. */
class ProtoTree extends BoundedTree {

  ProtoTree(JsonParser parser, int maxNodes) {
    super(parser, maxNodes);
  }

  /** As {@link BoundedTree#read(JsonParser, int)}. */
  static @Nullable JsonNode of(JsonParser parser, int maxNodes) throws IOException {
    return new ProtoTree(parser, maxNodes).read();
  }

  @Override
  protected final String fieldName() throws IOException {
    return camelCase(super.fieldName());
  }

  /**
   * A field name in lowerCamelCase. The mapping also allows names as in the {@code .proto} file,
   * such as {@code start_time_unix_nano}.
   */
  static String camelCase(String name) {
    int underscore = name.indexOf('_');
    return underscore < 0 ? name : joined(name, underscore);
  }

  private static String joined(String name, int underscore) {
    StringBuilder joined = new StringBuilder(name.length()).append(name, 0, underscore);
    boolean upper = false;
    for (int i = underscore; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        joined.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return joined.toString();
  }
}
