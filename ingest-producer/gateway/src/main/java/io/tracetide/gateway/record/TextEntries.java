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
 * The attributes of a span, in the order of their coming. There are a handful: side by side in
 * arrays they are found by looking at all, and cost a third of the memory of a table of entries.
 */
final class TextEntries extends AbstractMap<String, String> {

  /** Where a key stands that is not there. */
  static final int NONE = -1;

  private static final int FIRST = 8;
  private static final int[] NO_HASHES = {};
  private static final String[] NO_TEXTS = {};

  private int size;

  /** So that a sender who repeats himself at length is compared by numbers. */
  private int[] hashes = NO_HASHES;

  /** Each key with its value after it. */
  private String[] texts = NO_TEXTS;

  /** Where the key stands, or {@link #NONE}. */
  int place(String key) {
    int hash = key.hashCode();
    for (int i = 0; i < size; i++) {
      if (hashes[i] == hash && texts[2 * i].equals(key)) {
        return i;
      }
    }
    return NONE;
  }

  /**
   * Gives a key its value.
   *
   * @param place as {@link #place} told for the key
   */
  void set(int place, String key, String value) {
    if (place != NONE) {
      texts[2 * place + 1] = value;
      return;
    }
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, Math.max(FIRST, 2 * size));
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
    return key instanceof String text && place(text) != NONE;
  }

  @Override
  @SuppressWarnings("NullAway") // A map says null of what it does not have.
  public String get(Object key) {
    int place = key instanceof String text ? place(text) : NONE;
    return place == NONE ? null : texts[2 * place + 1];
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
