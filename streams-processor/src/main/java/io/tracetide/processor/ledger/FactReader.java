package io.tracetide.processor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.window.Varint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Reads what {@link FactWriter} writes. Bytes that end too early are a buffer underflow. */
final class FactReader {

  private final ByteBuffer in;

  FactReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  long number() {
    return Varint.read(in);
  }

  long signed() {
    long value = Varint.read(in);
    return (value >>> 1) ^ -(value & 1);
  }

  long fixed() {
    return in.getLong();
  }

  double real() {
    return in.getDouble();
  }

  boolean flag() {
    return in.get() != 0;
  }

  /** How many items follow, each of at least one byte. */
  int count() {
    long count = Varint.read(in);
    if (count < 0 || count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) count;
  }

  byte[] bytes() {
    byte[] value = new byte[count()];
    in.get(value);
    return value;
  }

  String text() {
    int length = count();
    String value = new String(in.array(), in.position(), length, UTF_8);
    in.position(in.position() + length);
    return value;
  }

  <E extends Enum<E>> E name(Class<E> type) {
    return Enum.valueOf(type, text());
  }

  Map<String, String> texts() {
    return map(FactReader::text);
  }

  Map<String, Double> reals() {
    return map(FactReader::real);
  }

  <T> Map<String, T> map(Function<FactReader, T> value) {
    int entries = count();
    Map<String, T> values = new LinkedHashMap<>();
    for (int i = 0; i < entries; i++) {
      values.put(text(), value.apply(this));
    }
    return values;
  }
}
