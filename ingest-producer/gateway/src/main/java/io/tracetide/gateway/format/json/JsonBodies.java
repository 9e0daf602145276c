package io.tracetide.gateway.format.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.RefusedRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Parsers and writers of JSON with limits on untrusted input. Nesting, numbers and field names are
 * bounded. A text may be as long as the body: the record cuts it, and the rest of the batch is
 * kept.
 */
public final class JsonBodies {

  private static final int MAX_NUMBER_LENGTH = 100;
  private static final int MAX_NAME_LENGTH = 65_536;

  private final JsonMapper mapper;
  private final int maxBytes;

  public JsonBodies(BodyLimits limits) {
    this.maxBytes = limits.inflatedBytes();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.jsonDepth())
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxStringLength(limits.inflatedBytes())
                    .build())
            // Clients choose the field names: interned, they would fill the string table.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();
    this.mapper = JsonMapper.builder(factory).build();
  }

  /** Reads the JSON value of a body. */
  @FunctionalInterface
  public interface ValueReader {

    /**
     * Reads the value and leaves the parser on its last token.
     *
     * @param text the body that the parser is open on
     */
    void read(JsonParser parser, Payload text) throws IOException;
  }

  /**
   * Reads a body.
   *
   * @param content what it holds, for error messages
   * @throws RefusedRequestException when it is not one JSON value, or beyond a limit
   */
  public void read(Payload body, String content, ValueReader reader) {
    Payload text = text(body);
    try (JsonParser parser = open(text.bytes(), text.from(), text.length())) {
      try {
        reader.read(parser, text);
        if (parser.nextToken() != null) {
          throw RefusedRequestException.malformed("JSON: something follows the " + content);
        }
      } catch (JsonProcessingException e) {
        throw malformed(parser);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading an array does no I/O", e);
    }
  }

  /**
   * A body in valid UTF-8.
   *
   * @throws RefusedRequestException when it would exceed the limit of a body after its invalid
   *     bytes are replaced
   */
  public Payload text(Payload body) {
    Payload text = JsonText.of(body, maxBytes);
    if (text == null) {
      throw RefusedRequestException.malformed("JSON: too many bytes are not UTF-8");
    }
    return text;
  }

  /** Opens a body, or a part of it that is one JSON value. */
  public JsonParser open(byte[] body, int from, int length) {
    try {
      return mapper.getFactory().createParser(body, from, length);
    } catch (IOException e) {
      throw new UncheckedIOException("opening an array does no I/O", e);
    }
  }

  public byte[] write(Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException("a response is always serialisable", e);
    }
  }

  /** Names the position and repeats nothing of the body. */
  private static RefusedRequestException malformed(JsonParser parser) {
    return RefusedRequestException.malformed(
        "JSON: cannot be read near byte " + parser.currentLocation().getByteOffset());
  }
}
