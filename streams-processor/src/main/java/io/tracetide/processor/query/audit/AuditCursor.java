package io.tracetide.processor.query.audit;

import io.tracetide.processor.query.trace.CursorFormat;
import io.tracetide.processor.query.trace.CursorSeal;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * The start of the next page of the audit trail, as text for callers: an offset of each partition,
 * and a hash of the query. It is sealed, because offsets count the entries of all tenants.
 */
final class AuditCursor {
  /** Its length is enough for 3,000 partitions. */
  private static final CursorFormat FORMAT =
      new CursorFormat(
          (byte) 2,
          65_536,
          "use the cursor of an answer to the same query, in which only limit may differ");

  private static final int ENTRY_BYTES = Integer.BYTES + Long.BYTES;

  private AuditCursor() {}

  static String of(Map<Integer, Long> before, String query, CursorSeal seal) {
    ByteBuffer content = ByteBuffer.allocate(before.size() * ENTRY_BYTES);
    before.forEach((partition, offset) -> content.putInt(partition).putLong(offset));
    return FORMAT.text(content.array(), query, seal);
  }

  static Map<Integer, Long> parse(String text, String query, CursorSeal seal) {
    ByteBuffer cursor = FORMAT.content(text, query, seal);
    if (cursor.remaining() % ENTRY_BYTES != 0) {
      throw FORMAT.rejected(text);
    }
    Map<Integer, Long> before = new TreeMap<>();
    while (cursor.hasRemaining()) {
      before.put(cursor.getInt(), cursor.getLong());
    }
    return before;
  }
}
