package io.tracetide.processor.query.peer.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.runtime.access.Tenants;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Reads what {@link MessageWriter} wrote. The bytes may come from anyone: whatever is wrong with
 * them ends in a {@link MalformedMessageException}, and nothing is allocated that they only promise
 * to fill.
 */
final class MessageReader {
  private final byte[] bytes;
  private final int end;
  private int position;

  /** Checks that this is a whole message of that kind. */
  MessageReader(byte[] bytes, MessageKind kind) {
    checkFormat(bytes);
    end = bytes.length - MessageWriter.CHECKSUM_BYTES;
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, end);
    int stored = 0;
    for (int i = end; i < bytes.length; i++) {
      stored = stored << 8 | (bytes[i] & 0xff);
    }
    if (stored != (int) checksum.getValue()) {
      throw MalformedMessageException.garbled("the checksum is wrong");
    }
    if (bytes[MessageWriter.HEADER_BYTES - 1] != kind.letter()) {
      throw MalformedMessageException.garbled("not a message of kind " + kind);
    }
    this.bytes = bytes;
    this.position = MessageWriter.HEADER_BYTES;
  }

  private static void checkFormat(byte[] bytes) {
    int magic = MessageWriter.MAGIC.length;
    if (bytes.length < MessageWriter.HEADER_BYTES + MessageWriter.CHECKSUM_BYTES
        || !Arrays.equals(bytes, 0, magic - 1, MessageWriter.MAGIC, 0, magic - 1)) {
      throw MalformedMessageException.garbled("not a message");
    }
    if (bytes[magic - 1] != MessageWriter.MAGIC[magic - 1]) {
      throw MalformedMessageException.otherFormat(
          "messages of format %d, not %d"
              .formatted(bytes[magic - 1], MessageWriter.MAGIC[magic - 1]));
    }
    if (bytes[magic] != WindowStatsCodec.FORMAT) {
      throw MalformedMessageException.otherFormat(
          "window counts of format %d, not %d".formatted(bytes[magic], WindowStatsCodec.FORMAT));
    }
  }

  boolean hasMore() {
    return position < end;
  }

  long unsigned() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = next();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw MalformedMessageException.garbled("an integer is longer than 64 bits");
  }

  long signed() {
    long value = unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  /** An integer that has to be below that limit. */
  int below(long limit) {
    long value = unsigned();
    if (value < 0 || value >= limit) {
      throw MalformedMessageException.garbled("%d is not below %d".formatted(value, limit));
    }
    return (int) value;
  }

  double number() {
    return Double.longBitsToDouble(unsigned());
  }

  /** How many bytes follow, or elements of at least one byte. */
  int count() {
    return below(end - position + 1L);
  }

  boolean flag() {
    return below(2) == 1;
  }

  String text() {
    int length = count();
    String text = new String(bytes, position, length, UTF_8);
    position += length;
    return text;
  }

  byte[] bytes() {
    int length = count();
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  Set<String> names() {
    int count = count();
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i < count; i++) {
      names.add(text());
    }
    return names;
  }

  /** All of them, or some by name. */
  Tenants tenants() {
    boolean all = flag();
    Set<String> names = names();
    if (all && !names.isEmpty()) {
      throw MalformedMessageException.garbled("all tenants, and names of some");
    }
    return all ? Tenants.ALL : Tenants.of(names);
  }

  void skipBytes() {
    int length = count();
    position += length;
  }

  /** Checks that nothing is left. */
  void finish() {
    if (hasMore()) {
      throw MalformedMessageException.garbled("%d bytes too many".formatted(end - position));
    }
  }

  private byte next() {
    if (!hasMore()) {
      throw MalformedMessageException.garbled("cut short");
    }
    return bytes[position++];
  }
}
