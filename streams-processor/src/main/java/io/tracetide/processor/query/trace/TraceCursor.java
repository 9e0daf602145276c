package io.tracetide.processor.query.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.query.request.BadParameterException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.kafka.common.utils.Bytes;

/**
 * The start of the next page of a list of traces, as text for callers: the position, and a hash of
 * the query, since positions differ between queries. It is encrypted, because the position may
 * contain the id of a trace that the caller has no access to.
 */
final class TraceCursor {
  private static final String ACCEPTED =
      "use the cursor of an answer to the same query, in which only limit and events may differ";
  private static final byte FORMAT = 1;
  private static final int HEADER_BYTES = 1 + 2 * Integer.BYTES;
  private static final int MOST_CHARS = 8_192;

  private TraceCursor() {}

  static String of(ScanPosition position, String query, CursorSeal seal) {
    byte[] bytes = position.position().map(Bytes::get).orElse(new byte[0]);
    byte[] cursor =
        ByteBuffer.allocate(HEADER_BYTES + bytes.length)
            .put(FORMAT)
            .putInt(hash(query))
            .putInt(position.partition())
            .put(bytes)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(seal.close(cursor));
  }

  static ScanPosition parse(String text, String query, CursorSeal seal) {
    ByteBuffer cursor = ByteBuffer.wrap(opened(text, seal));
    if (cursor.remaining() < HEADER_BYTES
        || cursor.get() != FORMAT
        || cursor.getInt() != hash(query)) {
      throw BadParameterException.rejected("cursor", text, ACCEPTED);
    }
    int partition = cursor.getInt();
    if (partition < 0) {
      throw BadParameterException.rejected("cursor", text, ACCEPTED);
    }
    byte[] position = new byte[cursor.remaining()];
    cursor.get(position);
    return new ScanPosition(
        partition, position.length == 0 ? Optional.empty() : Optional.of(Bytes.wrap(position)));
  }

  private static byte[] opened(String text, CursorSeal seal) {
    if (text.length() <= MOST_CHARS) {
      try {
        return seal.open(Base64.getUrlDecoder().decode(text));
      } catch (IllegalArgumentException notOurs) {
        // rejected below, with the same message as one that is too long
      }
    }
    throw BadParameterException.rejected("cursor", text, ACCEPTED);
  }

  private static int hash(String query) {
    CRC32C checksum = new CRC32C();
    checksum.update(query.getBytes(UTF_8));
    return (int) checksum.getValue();
  }
}
