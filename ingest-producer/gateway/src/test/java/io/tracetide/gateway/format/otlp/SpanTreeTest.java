package io.tracetide.gateway.format.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.gateway.format.json.BoundedTree;
import io.tracetide.gateway.format.json.JsonBodies;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.CapturedBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with plain trees of the same spans. */
class SpanTreeTest {

  private static final int PLENTY = 10_000;
  private static final int SPANS = 3_000;
  private static final List<String> FIELDS =
      List.of(
          "key",
          "value",
          "attributes",
          "stringValue",
          "stringValue",
          "intValue",
          "boolValue",
          "doubleValue",
          "bytesValue",
          "arrayValue",
          "kvlistValue",
          "values",
          "other");
  private static final List<String> SCALARS =
      List.of("\"text\"", "\"\"", "\"17\"", "\"a\\n\\u00e9\"", "4", "1.5", "true", "null", "1e999");

  private final JsonBodies json = new JsonBodies(BodyLimits.defaults());
  private final JsonAttributes attributes =
      new JsonAttributes(CapturedBatch.withDefaults().batch());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "null",
        "7",
        "{\"a\":{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}}}",
        "[{\"key\":\"k\",\"value\":{\"stringValue\":\"v\"}}]",
        "[{\"value\":{\"stringValue\":\"v\"},\"key\":\"k\"}]",
        "[{\"key\":\"k\",\"key\":\"l\",\"value\":{\"intValue\":\"1\"},\"value\":{}}]",
        "[{\"key\":7,\"value\":\"v\"},{},[],null,\"text\",[{\"key\":\"k\"}]]",
        "[{\"key\":\"k\",\"value\":{\"stringValue\":\"v\",\"boolValue\":true}}]",
        "[{\"key\":\"k\",\"value\":{\"boolValue\":\"v\",\"stringValue\":\"w\"}}]",
        "[{\"key\":\"k\",\"value\":{\"stringValue\":\"v\",\"stringValue\":\"w\"}}]",
        "[{\"key\":\"k\",\"value\":{\"stringValue\":{\"stringValue\":\"v\"}}}]",
        "[{\"key\":\"k\",\"value\":{\"intValue\":12}},{\"key\":\"l\",\"value\":{\"intValue\":\"12\"}}]",
        "[{\"key\":\"k\",\"value\":{\"arrayValue\":{\"values\":[{\"stringValue\":\"v\"}]}}}]",
        "[{\"key\":\"k\",\"value\":{\"kvlistValue\":{\"values\":[{\"key\":\"x\",\"value\":{}}]}}}]",
        "[{\"key\":\"k\",\"value\":{\"doubleValue\":\"NaN\",\"arrayValue\":{}}}]",
        "[{\"key\":\"k\",\"value\":{\"attributes\":[{\"key\":\"k\"}]},\"attributes\":[1]}]"
      })
  void shouldReadAttributesAsAPlainTreeDoes(String list) throws IOException {
    assertSame("{\"attributes\":" + list + ",\"name\":\"n\"}");
    assertSame("{\"attributes\":[{\"key\":\"first\"}],\"attributes\":" + list + "}");
    assertSame("{\"events\":[{\"attributes\":" + list + "}]}");
  }

  @Test
  void shouldReadWhateverIsJsonAsAPlainTreeDoes() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < SPANS; i++) {
      StringBuilder span = new StringBuilder("{\"attributes\":");
      append(span, random, 0);
      assertSame(span.append('}').toString());
    }
  }

  /** The same attributes, and the same result for every limit of nodes. */
  private void assertSame(String span) throws IOException {
    assertThat(attributes(compact(span, PLENTY)))
        .as(span)
        .isEqualTo(attributes(plain(span, PLENTY)));
    for (int max = 0; max < 30; max++) {
      JsonNode compact = compact(span, max);
      JsonNode plain = plain(span, max);
      assertThat(compact == null).as("%s with at most %d", span, max).isEqualTo(plain == null);
      assertThat(attributes(compact)).isEqualTo(attributes(plain));
    }
  }

  private @Nullable JsonNode compact(String span, int max) throws IOException {
    return whole(span, parser -> SpanTree.of(parser, max));
  }

  private @Nullable JsonNode plain(String span, int max) throws IOException {
    return whole(span, parser -> BoundedTree.read(parser, max));
  }

  private @Nullable JsonNode whole(String span, Reading reading) throws IOException {
    byte[] bytes = span.getBytes(StandardCharsets.UTF_8);
    try (JsonParser parser = json.open(bytes, 0, bytes.length)) {
      parser.nextToken();
      JsonNode read = reading.of(parser);
      assertThat(parser.nextToken()).as("what follows %s", span).isNull();
      return read;
    }
  }

  private List<String> attributes(@Nullable JsonNode span) {
    List<String> all = new ArrayList<>();
    if (span != null) {
      attributes.read(span.path("attributes"), (key, value) -> all.add(key + "=" + value));
      for (JsonNode event : span.path("events")) {
        attributes.read(
            event.path("attributes"), (key, value) -> all.add("event " + key + "=" + value));
      }
    }
    return all;
  }

  private static void append(StringBuilder to, Random random, int depth) {
    int kind = depth > 4 ? 9 : random.nextInt(10);
    if (kind < 4) {
      list(to, random, depth);
    } else if (kind < 8) {
      object(to, random, depth);
    } else {
      to.append(SCALARS.get(random.nextInt(SCALARS.size())));
    }
  }

  private static void list(StringBuilder to, Random random, int depth) {
    String before = "[";
    for (int i = random.nextInt(4); i > 0; i--) {
      append(to.append(before), random, depth + 1);
      before = ",";
    }
    to.append(before.equals("[") ? "[]" : "]");
  }

  private static void object(StringBuilder to, Random random, int depth) {
    String before = "{";
    for (int i = random.nextInt(4); i > 0; i--) {
      to.append(before).append('"').append(FIELDS.get(random.nextInt(FIELDS.size()))).append("\":");
      append(to, random, depth + 1);
      before = ",";
    }
    to.append(before.equals("{") ? "{}" : "}");
  }

  @FunctionalInterface
  private interface Reading {

    @Nullable JsonNode of(JsonParser parser) throws IOException;
  }
}
