package io.tracetide.gateway.record;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Collects the attributes that identify a series of a metric. Attributes beyond the limit are
 * dropped and counted; a hash of them is added as a tag, so that series which differ only in those
 * stay different.
 */
public final class Dimensions {

  /** Key of the tag that holds the hash. */
  public static final String OTHERS = "tracetide.other_tags";

  private final CleanText text;
  private final Truncations truncations;
  private final int limit;
  private final Map<String, String> entries = new LinkedHashMap<>();
  private int droppedHash;
  private boolean overflowed;

  Dimensions(CleanText text, Truncations truncations, int limit) {
    this.text = text;
    this.truncations = truncations;
    this.limit = limit;
  }

  /** Adds an attribute; a later value of a key replaces the earlier one. */
  public void put(String key, String value) {
    String cleanKey = text.key(key);
    if (entries.size() >= limit && !entries.containsKey(cleanKey)) {
      truncations.count(Truncation.TAG_DROPPED);
      overflowed = true;
      // A sum, because the order of attributes has no meaning.
      droppedHash += 31 * key.hashCode() + value.hashCode();
      return;
    }
    entries.put(cleanKey, text.dimension(cleanKey, value));
  }

  public Map<String, String> toMap() {
    if (overflowed) {
      entries.put(OTHERS, Integer.toHexString(droppedHash));
    }
    return entries;
  }
}
