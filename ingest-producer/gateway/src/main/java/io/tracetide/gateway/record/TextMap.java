package io.tracetide.gateway.record;

import java.util.Map;

/** Collects attributes up to a limit; those beyond it are dropped and counted. */
public final class TextMap {

  private final CleanText text;
  private final Truncations truncations;
  private final int limit;
  private final Truncation beyond;
  private final TextEntries entries = new TextEntries();

  TextMap(CleanText text, Truncations truncations, int limit, Truncation beyond) {
    this.text = text;
    this.truncations = truncations;
    this.limit = limit;
    this.beyond = beyond;
  }

  /** Whether another key would be dropped. */
  public boolean isFull() {
    return entries.size() >= limit;
  }

  /** Adds an attribute; a later value of a key replaces the earlier one. */
  public void put(String key, String value) {
    String cleanKey = text.key(key);
    int index = entries.indexOf(cleanKey);
    if (index == TextEntries.NONE && isFull()) {
      truncations.count(beyond);
    } else {
      entries.set(index, cleanKey, text.value(cleanKey, value));
    }
  }

  /** The attributes in insertion order; nothing may be put afterwards. */
  public Map<String, String> toMap() {
    return entries.isEmpty() ? Map.of() : entries;
  }
}
