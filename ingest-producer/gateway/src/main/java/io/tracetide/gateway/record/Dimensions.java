package io.tracetide.gateway.record;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gathers the attributes that tell one series of measurements from another. Beyond their number
 * they are left out and counted; a hash of what was left out stays, for series that differ only in
 * that must not become one.
 */
public final class Dimensions {

  /** Name of the tag that holds the hash. */
  public static final String OTHERS = "tracetide.other_tags";

  private final CleanText text;
  private final Truncations adjustments;
  private final int limit;
  private final Map<String, String> entries = new LinkedHashMap<>();
  private int others;
  private boolean full;

  Dimensions(CleanText text, Truncations adjustments, int limit) {
    this.text = text;
    this.adjustments = adjustments;
    this.limit = limit;
  }

  /** Adds an attribute as it came; of two with one key the later one stays. */
  public void put(String key, String value) {
    String cleanKey = text.key(key);
    if (entries.size() >= limit && !entries.containsKey(cleanKey)) {
      adjustments.count(Truncation.TAG_DROPPED);
      full = true;
      // A sum, for the order of attributes says nothing.
      others += 31 * key.hashCode() + value.hashCode();
      return;
    }
    entries.put(cleanKey, text.dimension(cleanKey, value));
  }

  public Map<String, String> toMap() {
    if (full) {
      entries.put(OTHERS, Integer.toHexString(others));
    }
    return entries;
  }
}
