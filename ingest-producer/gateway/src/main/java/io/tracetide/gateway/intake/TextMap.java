package io.tracetide.gateway.intake;

import java.util.LinkedHashMap;
import java.util.Map;

/** Gathers attributes up to a number; the first ones stay, those beyond are counted. */
public final class TextMap {

  private final CleanText text;
  private final Adjustments adjustments;
  private final int limit;
  private final Adjustment beyond;
  private Map<String, String> entries = Map.of();

  TextMap(CleanText text, Adjustments adjustments, int limit, Adjustment beyond) {
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
    if (isFull() && !entries.containsKey(cleanKey)) {
      adjustments.count(beyond);
      return;
    }
    if (entries.isEmpty()) {
      entries = new LinkedHashMap<>();
    }
    entries.put(cleanKey, text.value(cleanKey, value));
  }

  public Map<String, String> toMap() {
    return entries;
  }
}
