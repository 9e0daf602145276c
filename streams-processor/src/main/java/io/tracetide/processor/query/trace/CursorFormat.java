package io.tracetide.processor.query.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.query.request.BadParameterException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * The text of one kind of cursor: a sealed number of its format, a hash of the query that it is of,
 * and its content.
 *
 * @param number differs between kinds, which are sealed with the same key
 * @param mostChars maximum length of a text
 * @param accepted what an error says about the accepted values
 */
public record CursorFormat(byte number, int mostChars, String accepted) {
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  /** The text of a cursor with this content. */
  public String text(byte[] content, String query, CursorSeal seal) {
    byte[] cursor =
        ByteBuffer.allocate(HEADER_BYTES + content.length)
            .put(number)
            .putInt(hash(query))
            .put(content)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(seal.close(cursor));
  }

  /**
   * The content of a cursor.
   *
   * @throws BadParameterException when it is not a cursor of this format and query
   */
  public ByteBuffer content(String text, String query, CursorSeal seal) {
    ByteBuffer cursor = ByteBuffer.wrap(opened(text, seal));
    if (cursor.remaining() < HEADER_BYTES
        || cursor.get() != number
        || cursor.getInt() != hash(query)) {
      throw rejected(text);
    }
    return cursor;
  }

  /** The error about a cursor that is not accepted. */
  public BadParameterException rejected(String text) {
    return BadParameterException.rejected("cursor", text, accepted);
  }

  private byte[] opened(String text, CursorSeal seal) {
    if (text.length() <= mostChars) {
      try {
        return seal.open(Base64.getUrlDecoder().decode(text));
      } catch (IllegalArgumentException notOurs) {
        // rejected below, with the same message as one that is too long
      }
    }
    throw rejected(text);
  }

  private static int hash(String query) {
    CRC32C checksum = new CRC32C();
    checksum.update(query.getBytes(UTF_8));
    return (int) checksum.getValue();
  }
}
