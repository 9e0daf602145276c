package io.tracetide.processor.query.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** Texts as JSON. */
final class JsonLiteral {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonLiteral() {}

  static String of(String text) {
    return write(text);
  }

  static String list(List<String> texts) {
    return write(texts);
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text is always writable", e);
    }
  }
}
