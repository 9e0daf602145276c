package io.tracetide.processor.query.trace;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;

/**
 * The start of the next page of a list of traces, as text for callers: the position, and a hash of
 * the query, since positions differ between queries. It is encrypted, because the position may
 * contain the id of a trace that the caller has no access to.
 */
final class TraceCursor {
  private static final CursorFormat FORMAT =
      new CursorFormat(
          (byte) 1,
          8_192,
          "use the cursor of an answer to the same query, in which only limit and events may"
              + " differ");

  private TraceCursor() {}

  static String of(ScanPosition position, String query, CursorSeal seal) {
    byte[] bytes = position.position().map(Bytes::get).orElse(new byte[0]);
    byte[] content =
        ByteBuffer.allocate(Integer.BYTES + bytes.length)
            .putInt(position.partition())
            .put(bytes)
            .array();
    return FORMAT.text(content, query, seal);
  }

  static ScanPosition parse(String text, String query, CursorSeal seal) {
    ByteBuffer cursor = FORMAT.content(text, query, seal);
    int partition = cursor.remaining() < Integer.BYTES ? -1 : cursor.getInt();
    if (partition < 0) {
      throw FORMAT.rejected(text);
    }
    byte[] position = new byte[cursor.remaining()];
    cursor.get(position);
    return new ScanPosition(
        partition, position.length == 0 ? Optional.empty() : Optional.of(Bytes.wrap(position)));
  }
}
