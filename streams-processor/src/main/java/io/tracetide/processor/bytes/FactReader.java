package io.tracetide.processor.bytes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Reads the output of {@link FactWriter}. Truncated bytes cause a buffer underflow. */
public final class FactReader {

  private final ByteBuffer in;

  public FactReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  public long number() {
    return Varint.read(in);
  }

  public long signed() {
    long value = Varint.read(in);
    return (value >>> 1) ^ -(value & 1);
  }

  public long fixed() {
    return in.getLong();
  }

  /** Four bytes, which formats before the Avro records have. */
  public int integer() {
    return in.getInt();
  }

  public double real() {
    return in.getDouble();
  }

  public boolean flag() {
    return in.get() != 0;
  }

  /** The number of items that follow, each of at least one byte. */
  public int count() {
    long count = Varint.read(in);
    if (count < 0 || count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) count;
  }

  public byte[] bytes() {
    byte[] value = new byte[count()];
    in.get(value);
    return value;
  }

  public String text() {
    int length = count();
    String value = new String(in.array(), in.position(), length, UTF_8);
    in.position(in.position() + length);
    return value;
  }

  public <E extends Enum<E>> E name(Class<E> type) {
    return Enum.valueOf(type, text());
  }

  public Map<String, String> texts() {
    return map(FactReader::text);
  }

  public Map<String, Double> reals() {
    return map(FactReader::real);
  }

  public <T> Map<String, T> map(Function<FactReader, T> value) {
    int entries = count();
    Map<String, T> values = new LinkedHashMap<>();
    for (int i = 0; i < entries; i++) {
      values.put(text(), value.apply(this));
    }
    return values;
  }
}
