package io.tracetide.processor.query.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.trace.CursorSeal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The start of the next page of the audit trail, as text for callers: an offset of each partition,
 * and a hash of the query. It is sealed, because offsets count the entries of all tenants.
 */
final class AuditCursor {
  private static final String ACCEPTED =
      "use the cursor of an answer to the same query, in which only limit may differ";

  /** Differs from the format of other cursors, which are sealed with the same key. */
  private static final byte FORMAT = 2;

  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final int ENTRY_BYTES = Integer.BYTES + Long.BYTES;

  /** Enough for 3,000 partitions. */
  private static final int MOST_CHARS = 65_536;

  private AuditCursor() {}

  static String of(Map<Integer, Long> before, String query, CursorSeal seal) {
    ByteBuffer cursor = ByteBuffer.allocate(HEADER_BYTES + before.size() * ENTRY_BYTES);
    cursor.put(FORMAT).putInt(hash(query));
    before.forEach((partition, offset) -> cursor.putInt(partition).putLong(offset));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(seal.close(cursor.array()));
  }

  static Map<Integer, Long> parse(String text, String query, CursorSeal seal) {
    ByteBuffer cursor = ByteBuffer.wrap(opened(text, seal));
    if (cursor.remaining() < HEADER_BYTES
        || (cursor.remaining() - HEADER_BYTES) % ENTRY_BYTES != 0
        || cursor.get() != FORMAT
        || cursor.getInt() != hash(query)) {
      throw BadParameterException.rejected("cursor", text, ACCEPTED);
    }
    Map<Integer, Long> before = new TreeMap<>();
    while (cursor.hasRemaining()) {
      before.put(cursor.getInt(), cursor.getLong());
    }
    return before;
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
