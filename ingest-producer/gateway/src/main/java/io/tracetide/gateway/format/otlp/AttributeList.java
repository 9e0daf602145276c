package io.tracetide.gateway.format.otlp;

import java.util.ArrayList;
import java.util.List;

/** Attributes of JSON in their order: keys, and values as text or as trees. */
final class AttributeList {

  private final List<String> keys = new ArrayList<>();
  private final List<Object> values = new ArrayList<>();

  /**
   * Adds an attribute.
   *
   * @param value a text, or the tree of an {@code AnyValue}
   */
  void add(String key, Object value) {
    keys.add(key);
    values.add(value);
  }

  int size() {
    return keys.size();
  }

  String key(int index) {
    return keys.get(index);
  }

  Object value(int index) {
    return values.get(index);
  }
}
