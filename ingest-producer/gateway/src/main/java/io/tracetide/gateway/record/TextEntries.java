package io.tracetide.gateway.record;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A small map of attributes in insertion order. Keys and values are in arrays and found by linear
 * search, which takes a third of the memory of a {@code LinkedHashMap}.
 */
final class TextEntries extends AbstractMap<String, String> {

  /** Index of an absent key. */
  static final int NONE = -1;

  private static final int INITIAL_CAPACITY = 8;
  private static final int[] NO_HASHES = {};
  private static final String[] NO_TEXTS = {};

  private int size;

  /** Hashes of the keys, compared before the keys. */
  private int[] hashes = NO_HASHES;

  /** Keys at even positions, each followed by its value. */
  private String[] texts = NO_TEXTS;

  /** Index of the key, or {@link #NONE}. */
  int indexOf(String key) {
    int hash = key.hashCode();
    for (int i = 0; i < size; i++) {
      if (hashes[i] == hash && texts[2 * i].equals(key)) {
        return i;
      }
    }
    return NONE;
  }

  /**
   * Sets the value of a key.
   *
   * @param index of the key, from {@link #indexOf}
   */
  void set(int index, String key, String value) {
    if (index != NONE) {
      texts[2 * index + 1] = value;
      return;
    }
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, Math.max(INITIAL_CAPACITY, 2 * size));
      texts = Arrays.copyOf(texts, 2 * hashes.length);
    }
    hashes[size] = key.hashCode();
    texts[2 * size] = key;
    texts[2 * size + 1] = value;
    size++;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean containsKey(Object key) {
    return key instanceof String text && indexOf(text) != NONE;
  }

  @Override
  @SuppressWarnings("NullAway") // Null for an absent key, as Map.get specifies.
  public String get(Object key) {
    int index = key instanceof String text ? indexOf(text) : NONE;
    return index == NONE ? null : texts[2 * index + 1];
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super String> action) {
    for (int i = 0; i < size; i++) {
      action.accept(texts[2 * i], texts[2 * i + 1]);
    }
  }

  @Override
  public Set<Map.Entry<String, String>> entrySet() {
    return new Entries();
  }

  private final class Entries extends AbstractSet<Map.Entry<String, String>> {

    @Override
    public int size() {
      return size;
    }

    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
      return new Iterator<>() {
        private int next;

        @Override
        public boolean hasNext() {
          return next < size;
        }

        @Override
        public Map.Entry<String, String> next() {
          if (next >= size) {
            throw new NoSuchElementException();
          }
          int at = 2 * next++;
          return Map.entry(texts[at], texts[at + 1]);
        }
      };
    }
  }
}
