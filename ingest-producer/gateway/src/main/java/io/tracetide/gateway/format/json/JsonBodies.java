package io.tracetide.gateway.format.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.RefusedRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Parsers and writers of JSON with the limits that strangers meet. A text may be as long as the
 * body, for too long a value is cut and must not cost the sender its whole batch; everything that
 * could grow beyond the body is bounded.
 */
public final class JsonBodies {

  private static final int MAX_NUMBER_LENGTH = 100;
  private static final int MAX_NAME_LENGTH = 65_536;

  private final JsonMapper mapper;
  private final int mostBytes;

  public JsonBodies(BodyLimits limits) {
    this.mostBytes = limits.inflatedBytes();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.jsonDepth())
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxStringLength(limits.inflatedBytes())
                    .build())
            // Strangers choose the names: they have no place among the strings of the JVM.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();
    this.mapper = JsonMapper.builder(factory).build();
  }

  /** Reads from a parser. */
  @FunctionalInterface
  public interface Reader {
    void read(JsonParser parser) throws IOException;
  }

  /**
   * Reads a body.
   *
   * @throws RefusedRequestException when it is not JSON, or beyond a limit
   */
  public void read(JsonText body, Reader reader) {
    try (JsonParser parser = open(body.bytes(), body.from(), body.length())) {
      try {
        reader.read(parser);
      } catch (JsonProcessingException e) {
        throw malformed(parser);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading an array does no I/O", e);
    }
  }

  /**
   * A body as it can be parsed.
   *
   * @throws RefusedRequestException when it has so many bytes that are not UTF-8 that mending it
   *     would take too much memory
   */
  public JsonText text(byte[] body, int from, int length) {
    JsonText text = JsonText.of(body, from, length, mostBytes);
    if (text == null) {
      throw RefusedRequestException.malformed("JSON: too many bytes are not UTF-8");
    }
    return text;
  }

  /** Opens a body, or a part of it that is a JSON value by itself. */
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
      throw new UncheckedIOException("an answer of ours is always JSON", e);
    }
  }

  /**
   * What the sender of a body reads that cannot be followed; says where, and repeats nothing of it.
   */
  private static RefusedRequestException malformed(JsonParser parser) {
    return RefusedRequestException.malformed(
        "JSON: cannot be read near byte " + parser.currentLocation().getByteOffset());
  }
}
