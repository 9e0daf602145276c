package io.tracetide.processor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.window.ByteWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Writes texts, numbers and maps of them; {@link FactReader} reads them. Equal maps are equal
 * bytes.
 */
final class FactWriter {

  private final ByteWriter out = new ByteWriter();

  FactWriter clear() {
    out.clear();
    return this;
  }

  FactWriter number(long value) {
    out.putVarint(value);
    return this;
  }

  FactWriter signed(long value) {
    out.putZigzag(value);
    return this;
  }

  FactWriter fixed(long value) {
    out.putLong(value);
    return this;
  }

  FactWriter real(double value) {
    out.putDouble(value);
    return this;
  }

  FactWriter flag(boolean value) {
    out.put(value ? 1 : 0);
    return this;
  }

  FactWriter bytes(byte[] value) {
    out.putVarint(value.length);
    out.put(value);
    return this;
  }

  FactWriter text(String value) {
    return bytes(value.getBytes(UTF_8));
  }

  FactWriter name(Enum<?> value) {
    return text(value.name());
  }

  FactWriter texts(Map<String, String> values) {
    return map(values, FactWriter::text);
  }

  FactWriter reals(Map<String, Double> values) {
    return map(values, FactWriter::real);
  }

  /** Entries in the order of their keys. */
  <T> FactWriter map(Map<String, T> values, BiConsumer<FactWriter, T> value) {
    out.putVarint(values.size());
    new TreeMap<>(values)
        .forEach(
            (key, each) -> {
              text(key);
              value.accept(this, each);
            });
    return this;
  }

  /** Bytes so far. */
  int length() {
    return out.length();
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
