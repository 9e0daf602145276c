package io.tracetide.gateway.format.otlp;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.BoundedTree;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A tree of one message in Protobuf's JSON mapping, its fields in lowerCamelCase. */
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
    return ProtoNames.camelCase(super.fieldName());
  }
}
