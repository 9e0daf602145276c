package io.tracetide.query;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/** Reads answers. Fields that are not known are ignored, because later versions add some. */
final class QueryJson {
  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(new SimpleModule().addDeserializer(Instant.class, new Times()))
          .build();

  private QueryJson() {}

  /**
   * Reads an answer.
   *
   * @throws QueryException when it has another form
   */
  static <T> T read(byte[] json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw QueryException.unreadable(
          "the answer is not a " + type.getSimpleName() + ": " + firstLine(e), e);
    }
  }

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + firstLine(e), e);
    }
  }

  static <T> T convert(JsonNode json, Class<T> type) {
    try {
      return MAPPER.treeToValue(json, type);
    } catch (JsonProcessingException e) {
      throw QueryException.unreadable(
          "the message is not a " + type.getSimpleName() + ": " + firstLine(e), e);
    }
  }

  private static String firstLine(IOException e) {
    String message =
        e instanceof JsonProcessingException parsing
            ? parsing.getOriginalMessage()
            : e.getMessage();
    return String.valueOf(message).lines().findFirst().orElse("");
  }

  /** Times in ISO-8601. */
  private static final class Times extends StdDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    Times() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getValueAsString("");
      try {
        return Instant.parse(text);
      } catch (DateTimeException e) {
        throw context.weirdStringException(text, Instant.class, "not a time in ISO-8601");
      }
    }
  }
}
