package io.tracetide.runtime.kafka.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The log in which RocksDB notes of which files a database consists.
 *
 * <p>RocksDB takes a log that ends in the middle of a record for one that was being written, and
 * opens the database as it was before. A store of segments then lacks what its old segment has
 * lost, because Streams restores from the offset of the newest segment.
 *
 * <p>Format: blocks of 32 KiB with records of a checksum (4 bytes), a length (2), a type (1) and
 * the data; a record does not span blocks, its parts do. A rest of a block too small for a header
 * is filled up.
 */
final class Manifest {
  private static final int BLOCK = 32 << 10;
  private static final int HEADER = 7;
  private static final int ZERO = 0;
  private static final int FULL = 1;
  private static final int LAST = 4;

  private Manifest() {}

  /** Whether the manifest of a database ends within a record. False when there is none. */
  static boolean isCut(Path database) {
    try {
      String name = Files.readString(database.resolve("CURRENT")).strip();
      Path file = database.resolve(name);
      return name.startsWith("MANIFEST-")
          && Files.exists(file)
          && isCut(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      return false; // To open the database finds it, too, and why.
    }
  }

  private static boolean isCut(ByteBuffer log) {
    int at = 0;
    int type = FULL;
    while (at < log.limit()) {
      int left = BLOCK - at % BLOCK;
      if (left < HEADER) {
        at += left;
        continue;
      }
      if (at + HEADER > log.limit()) {
        return true;
      }
      int length = Short.toUnsignedInt(log.getShort(at + 4));
      int next = log.get(at + 6);
      if (next == ZERO && length == 0) {
        break; // Space that was reserved.
      }
      if (next < ZERO || next > LAST) {
        return false; // Another format than this.
      }
      type = next;
      at += HEADER + length;
    }
    return at > log.limit() || (type != FULL && type != LAST);
  }
}
