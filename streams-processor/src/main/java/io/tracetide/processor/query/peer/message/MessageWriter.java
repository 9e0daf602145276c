package io.tracetide.processor.query.peer.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.runtime.access.Tenants;
import java.util.Arrays;
import java.util.Collection;
import java.util.zip.CRC32C;

/**
 * A message between instances in the making.
 *
 * <p>It begins with four bytes that name it and its format, the format of window counts in it, and
 * its kind; integers follow in as few bytes as they need, seven bits a byte, and bytes with their
 * length before them; it ends with the CRC-32C of all that. Formats are not negotiated: instances
 * of different formats do not understand each other, and say so.
 */
final class MessageWriter {
  static final byte[] MAGIC = {'T', 't', 'q', 2};
  static final int HEADER_BYTES = MAGIC.length + 2;
  static final int CHECKSUM_BYTES = 4;

  /** Arrays cannot be longer everywhere; limits are far below. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 16;

  private final int limit;
  private byte[] bytes = new byte[1_024];
  private int size;

  /**
   * Begins a message.
   *
   * @param limit greatest size of the whole message
   */
  MessageWriter(MessageKind kind, int limit) {
    this.limit = Math.min(limit, MOST_BYTES);
    for (byte part : MAGIC) {
      put(part);
    }
    put(WindowStatsCodec.FORMAT);
    put(kind.letter());
  }

  void unsigned(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    put((byte) rest);
  }

  void signed(long value) {
    unsigned((value << 1) ^ (value >> 63));
  }

  void number(double value) {
    unsigned(Double.doubleToRawLongBits(value));
  }

  void flag(boolean value) {
    put((byte) (value ? 1 : 0));
  }

  void text(String value) {
    bytes(value.getBytes(UTF_8));
  }

  void bytes(byte[] value) {
    unsigned(value.length);
    reserve(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  void names(Collection<String> names) {
    unsigned(names.size());
    names.forEach(this::text);
  }

  void tenants(Tenants tenants) {
    flag(tenants.isAll());
    names(tenants.names());
  }

  /** The whole message; nothing may be added after. */
  byte[] finish() {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, size);
    int value = (int) checksum.getValue();
    for (int shift = 24; shift >= 0; shift -= 8) {
      put((byte) (value >>> shift));
    }
    return Arrays.copyOf(bytes, size);
  }

  private void put(byte value) {
    reserve(1);
    bytes[size++] = value;
  }

  private void reserve(int more) {
    long needed = (long) size + more;
    if (needed > limit) {
      throw new MessageTooLargeException(limit);
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(needed, bytes.length * 2L)));
    }
  }
}
