package io.tracetide.runtime.kafka.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The manifest of a RocksDB database: the log of the files of which it consists.
 *
 * <p>RocksDB treats a log that ends within a record as an interrupted write, and opens the database
 * in its earlier state. In a store of segments the lost data of an old segment are then missing,
 * because Kafka Streams restores from the offset of the newest segment.
 *
 * <p>Format: blocks of 32 KiB with records of a checksum (4 bytes), a length (2), a type (1) and
 * the data; a longer record is split into parts in several blocks. The rest of a block that is too
 * small for a header is padding.
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
      return false; // Opening the database reports it with the reason.
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
        break; // Preallocated space.
      }
      if (next < ZERO || next > LAST) {
        return false; // Unknown format.
      }
      type = next;
      at += HEADER + length;
    }
    return at > log.limit() || (type != FULL && type != LAST);
  }
}
