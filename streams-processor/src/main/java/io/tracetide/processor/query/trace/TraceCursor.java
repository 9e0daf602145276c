package io.tracetide.processor.query.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.query.request.BadParameterException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.kafka.common.utils.Bytes;

/**
 * Where a list of traces goes on, as text that callers hand back: the place, and a mark of the
 * question that it belongs to, since places differ from question to question. It is sealed, because
 * a place may be named after a trace that the caller must not know of.
 */
final class TraceCursor {
  private static final String ACCEPTED =
      "use the cursor of an answer to the same question, of which only limit and events may change";
  private static final byte FORMAT = 1;
  private static final int HEADER_BYTES = 1 + 2 * Integer.BYTES;
  private static final int MOST_CHARS = 8_192;

  private TraceCursor() {}

  static String of(ScanPosition place, String question, CursorSeal seal) {
    byte[] position = place.position().map(Bytes::get).orElse(new byte[0]);
    byte[] cursor =
        ByteBuffer.allocate(HEADER_BYTES + position.length)
            .put(FORMAT)
            .putInt(mark(question))
            .putInt(place.partition())
            .put(position)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(seal.close(cursor));
  }

  static ScanPosition parse(String text, String question, CursorSeal seal) {
    ByteBuffer cursor = ByteBuffer.wrap(opened(text, seal));
    if (cursor.remaining() < HEADER_BYTES
        || cursor.get() != FORMAT
        || cursor.getInt() != mark(question)) {
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
        // refused below, with the same words as one that is too long
      }
    }
    throw BadParameterException.rejected("cursor", text, ACCEPTED);
  }

  private static int mark(String question) {
    CRC32C mark = new CRC32C();
    mark.update(question.getBytes(UTF_8));
    return (int) mark.getValue();
  }
}
