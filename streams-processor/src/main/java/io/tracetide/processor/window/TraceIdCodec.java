package io.tracetide.processor.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.Varint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Encodes trace ids as bytes. Ids of OpenTelemetry, 32 lower-case hexadecimal digits, take half of
 * their length; compression of a topic would not save these bytes.
 */
final class TraceIdCodec {

  private static final int HEX_DIGITS = 32;

  /** Length that marks 32 hexadecimal digits in 16 bytes; other lengths are written plus one. */
  private static final int HEX = 0;

  private TraceIdCodec() {}

  /** Encodes an id given as UTF-8 in a part of an array. */
  static byte[] encode(byte[] from, int start, int length) {
    ByteWriter out = new ByteWriter(1 + Math.max(HEX_DIGITS / 2, length + 4));
    encode(from, start, length, out);
    return out.toByteArray();
  }

  /** Writes the same as {@link #encode(byte[], int, int)}. */
  static void encode(byte[] from, int start, int length, ByteWriter out) {
    if (length != HEX_DIGITS || !out.putHex(HEX, from, start, length)) {
      out.putVarint(length + 1L);
      out.put(from, start, length);
    }
  }

  /** The id that was encoded. */
  static String decode(byte[] encoded) {
    ByteWriter out = new ByteWriter();
    decode(encoded, out);
    ByteBuffer in = ByteBuffer.wrap(out.toByteArray());
    Varint.read(in);
    return UTF_8.decode(in).toString();
  }

  /** Writes the decoded id as an Avro string. */
  static void decode(byte[] encoded, ByteWriter out) {
    if (encoded[0] != HEX) {
      ByteBuffer in = ByteBuffer.wrap(encoded);
      Varint.read(in);
      out.putZigzag(in.remaining());
      out.put(encoded, in.position(), in.remaining());
      return;
    }
    out.putZigzag(HEX_DIGITS);
    out.putHexDigits(encoded, 1, HEX_DIGITS / 2);
  }

  /** Reads the bytes of an encoded id, which contain their length. */
  static byte[] read(ByteBuffer in) {
    int start = in.position();
    long head = Varint.read(in);
    long length = head == HEX ? HEX_DIGITS / 2 : head - 1;
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] encoded = new byte[in.position() - start + (int) length];
    in.position(start);
    in.get(encoded);
    return encoded;
  }
}
