package io.tracetide.processor.window;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Trace ids in bytes. Those of OpenTelemetry, 32 lower-case hexadecimal digits, take half of their
 * length; no compression of a topic would find that.
 */
final class TraceIdCodec {

  private static final int HEX_DIGITS = 32;

  /** Length that stands for 32 hexadecimal digits in 16 bytes; others are written plus one. */
  private static final int HEX = 0;

  private TraceIdCodec() {}

  /** Writes an id in UTF-8; nothing for none, of which the reader must know. */
  static void write(byte @Nullable [] id, ByteWriter out) {
    if (id == null) {
      return;
    }
    if (!isHex(id)) {
      out.putVarint(id.length + 1L);
      out.put(id);
      return;
    }
    out.putVarint(HEX);
    for (int i = 0; i < HEX_DIGITS; i += 2) {
      out.put(digit(id[i]) << 4 | digit(id[i + 1]));
    }
  }

  static byte[] read(ByteBuffer in) {
    long length = Varint.read(in);
    if (length != HEX) {
      if (length < 0 || length - 1 > in.remaining()) {
        throw new BufferUnderflowException();
      }
      byte[] id = new byte[(int) length - 1];
      in.get(id);
      return id;
    }
    byte[] id = new byte[HEX_DIGITS];
    for (int i = 0; i < HEX_DIGITS; i += 2) {
      int both = in.get();
      id[i] = character((both >> 4) & 0xf);
      id[i + 1] = character(both & 0xf);
    }
    return id;
  }

  private static boolean isHex(byte[] id) {
    if (id.length != HEX_DIGITS) {
      return false;
    }
    for (byte character : id) {
      if (digit(character) < 0) {
        return false;
      }
    }
    return true;
  }

  private static int digit(byte character) {
    if (character >= '0' && character <= '9') {
      return character - '0';
    }
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
  }

  private static byte character(int digit) {
    return (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
  }
}
