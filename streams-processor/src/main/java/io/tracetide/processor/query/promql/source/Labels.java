package io.tracetide.processor.query.promql.source;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The labels of a series, by name. A label with an empty value is the same as none. */
public final class Labels implements Comparable<Labels> {
  /** The label that is the name of the metric. */
  public static final String NAME = "__name__";

  /** The label of the upper bound of a bucket. */
  public static final String LE = "le";

  public static final Labels NONE = new Labels(new TreeMap<>());

  private final SortedMap<String, String> values;
  private final int hash;

  /** Takes the values, which must not be changed any more. */
  private Labels(SortedMap<String, String> values) {
    values.values().removeIf(String::isEmpty);
    this.values = Collections.unmodifiableSortedMap(values);
    this.hash = values.hashCode();
  }

  public static Labels of(Map<String, String> values) {
    return new Labels(new TreeMap<>(values));
  }

  /** The value; empty when there is no such label. */
  public String get(String name) {
    return values.getOrDefault(name, "");
  }

  public SortedMap<String, String> asMap() {
    return values;
  }

  /** The same with another value of one label; empty removes it. */
  public Labels with(String name, String value) {
    TreeMap<String, String> changed = new TreeMap<>(values);
    changed.put(name, value);
    return new Labels(changed);
  }

  public Labels without(Set<String> names) {
    TreeMap<String, String> rest = new TreeMap<>(values);
    rest.keySet().removeAll(names);
    return new Labels(rest);
  }

  public Labels only(Set<String> names) {
    TreeMap<String, String> rest = new TreeMap<>(values);
    rest.keySet().retainAll(names);
    return new Labels(rest);
  }

  public Labels withoutName() {
    return values.containsKey(NAME) ? without(Set.of(NAME)) : this;
  }

  @Override
  public int compareTo(Labels other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Labels labels && values.equals(labels.values);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
