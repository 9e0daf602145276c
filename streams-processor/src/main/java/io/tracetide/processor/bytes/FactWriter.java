package io.tracetide.processor.bytes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Writes texts, numbers and maps of them; {@link FactReader} reads them. Equal maps are written as
 * equal bytes.
 */
public final class FactWriter {

  private final ByteWriter out = new ByteWriter();

  public FactWriter clear() {
    out.clear();
    return this;
  }

  public FactWriter number(long value) {
    out.putVarint(value);
    return this;
  }

  public FactWriter signed(long value) {
    out.putZigzag(value);
    return this;
  }

  public FactWriter fixed(long value) {
    out.putLong(value);
    return this;
  }

  public FactWriter real(double value) {
    out.putDouble(value);
    return this;
  }

  public FactWriter flag(boolean value) {
    out.put(value ? 1 : 0);
    return this;
  }

  public FactWriter bytes(byte[] value) {
    out.putVarint(value.length);
    out.put(value);
    return this;
  }

  public FactWriter text(String value) {
    return bytes(value.getBytes(UTF_8));
  }

  public FactWriter name(Enum<?> value) {
    return text(value.name());
  }

  public FactWriter texts(Map<String, String> values) {
    return map(values, FactWriter::text);
  }

  public FactWriter reals(Map<String, Double> values) {
    return map(values, FactWriter::real);
  }

  /** Writes the entries in the order of their keys. */
  public <T> FactWriter map(Map<String, T> values, BiConsumer<FactWriter, T> value) {
    out.putVarint(values.size());
    new TreeMap<>(values)
        .forEach(
            (key, each) -> {
              text(key);
              value.accept(this, each);
            });
    return this;
  }

  /** Number of bytes written. */
  public int length() {
    return out.length();
  }

  public byte[] toByteArray() {
    return out.toByteArray();
  }
}
