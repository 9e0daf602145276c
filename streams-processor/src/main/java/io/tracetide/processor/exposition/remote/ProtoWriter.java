package io.tracetide.processor.exposition.remote;

import io.tracetide.processor.bytes.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes a message in the wire format of protobuf. Zero is the default of numbers: not written. */
final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int TYPE_BITS = 3;

  private final ByteWriter out = new ByteWriter();

  void number(int field, long value) {
    if (value != 0) {
      tag(field, VARINT);
      out.putVarint(value);
    }
  }

  /** A signed integer, field type sint. */
  void signed(int field, long value) {
    number(field, zigzag(value));
  }

  void real(int field, double value) {
    if (Double.doubleToRawLongBits(value) != 0) {
      tag(field, FIXED64);
      long bits = Double.doubleToRawLongBits(value);
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        out.put((int) (bits >>> shift));
      }
    }
  }

  void text(int field, String value) {
    bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(int field, byte[] value) {
    tag(field, BYTES);
    out.putVarint(value.length);
    out.put(value);
  }

  void message(int field, Consumer<ProtoWriter> content) {
    ProtoWriter inner = new ProtoWriter();
    content.accept(inner);
    bytes(field, inner.toBytes());
  }

  /** Unsigned integers in one field. */
  void packed(int field, int[] values) {
    ByteWriter inner = new ByteWriter();
    for (int value : values) {
      inner.putVarint(value);
    }
    bytes(field, inner.toByteArray());
  }

  /** Signed integers in one field. */
  void packedSigned(int field, long[] values) {
    ByteWriter inner = new ByteWriter();
    for (long value : values) {
      inner.putVarint(zigzag(value));
    }
    bytes(field, inner.toByteArray());
  }

  /** Appends the fields of another message. */
  void append(ProtoWriter other) {
    out.put(other.out.array(), 0, other.out.length());
  }

  private void tag(int field, int type) {
    out.putVarint((long) field << TYPE_BITS | type);
  }

  private static long zigzag(long value) {
    return value << 1 ^ value >> (Long.SIZE - 1);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
