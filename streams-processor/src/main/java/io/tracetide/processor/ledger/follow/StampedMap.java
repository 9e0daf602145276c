package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The newest value of each name. With too many names, the first ones in alphabetical order are
 * kept, independent of the order of arrival.
 */
final class StampedMap<T extends Comparable<T>> {

  private final TreeMap<String, Stamped<T>> values = new TreeMap<>();

  /**
   * Adds a value.
   *
   * @param most maximum of names
   */
  void put(String name, T value, long atMicros, int most) {
    values.merge(name, new Stamped<>(value, atMicros), Stamped::later);
    if (values.size() > most) {
      values.pollLastEntry();
    }
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /** Drops the last half of the names; a single one, too. */
  void halve() {
    int most = values.size() / 2;
    while (values.size() > most) {
      values.pollLastEntry();
    }
  }

  /** Changes each value. */
  void replaceAll(UnaryOperator<T> change) {
    values.replaceAll(
        (name, stamped) -> new Stamped<>(change.apply(stamped.value()), stamped.atMicros()));
  }

  Map<String, T> values() {
    Map<String, T> plain = new TreeMap<>();
    values.forEach((name, stamped) -> plain.put(name, stamped.value()));
    return plain;
  }

  void write(FactWriter out, BiConsumer<FactWriter, T> value) {
    out.map(
        values,
        (to, stamped) -> {
          value.accept(to, stamped.value());
          to.signed(stamped.atMicros());
        });
  }

  void read(FactReader in, Function<FactReader, T> value) {
    values.putAll(in.map(from -> new Stamped<>(value.apply(from), from.signed())));
  }
}
