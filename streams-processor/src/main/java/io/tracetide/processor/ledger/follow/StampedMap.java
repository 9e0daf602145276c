package io.tracetide.processor.ledger.follow;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The newest value told for each name. With more names than may be, the first ones in their order
 * stay, whichever came first.
 */
final class StampedMap<T extends Comparable<T>> {

  private final TreeMap<String, Stamped<T>> values = new TreeMap<>();

  /**
   * Notes a value.
   *
   * @param most names that may be
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

  /** Lets the last half of the names go, and the only one. */
  void halve() {
    int most = values.size() / 2;
    while (values.size() > most) {
      values.pollLastEntry();
    }
  }

  /** Puts another value in the place of each. */
  void replaceAll(UnaryOperator<T> change) {
    values.replaceAll((name, told) -> new Stamped<>(change.apply(told.value()), told.atMicros()));
  }

  Map<String, T> values() {
    Map<String, T> plain = new TreeMap<>();
    values.forEach((name, told) -> plain.put(name, told.value()));
    return plain;
  }

  void write(FactWriter out, BiConsumer<FactWriter, T> value) {
    out.map(
        values,
        (to, told) -> {
          value.accept(to, told.value());
          to.signed(told.atMicros());
        });
  }

  void read(FactReader in, Function<FactReader, T> value) {
    values.putAll(in.map(from -> new Stamped<>(value.apply(from), from.signed())));
  }
}
