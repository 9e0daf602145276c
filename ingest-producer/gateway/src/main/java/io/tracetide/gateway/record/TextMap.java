package io.tracetide.gateway.record;

import java.util.Map;

/** Gathers attributes up to a number; the first ones stay, those beyond are counted. */
public final class TextMap {

  private final CleanText text;
  private final Truncations adjustments;
  private final int limit;
  private final Truncation beyond;
  private final TextEntries entries = new TextEntries();

  TextMap(CleanText text, Truncations adjustments, int limit, Truncation beyond) {
    this.text = text;
    this.adjustments = adjustments;
    this.limit = limit;
    this.beyond = beyond;
  }

  /** Whether another key would be left out, so that its value need not be read. */
  public boolean isFull() {
    return entries.size() >= limit;
  }

  /** Adds an attribute as it came; of two with one key the later one stays. */
  public void put(String key, String value) {
    String cleanKey = text.key(key);
    int place = entries.place(cleanKey);
    if (place == TextEntries.NONE && isFull()) {
      adjustments.count(beyond);
    } else {
      entries.set(place, cleanKey, text.value(cleanKey, value));
    }
  }

  /** What was gathered, in the order of its coming; nothing is put after it is asked for. */
  public Map<String, String> toMap() {
    return entries.isEmpty() ? Map.of() : entries;
  }
}
