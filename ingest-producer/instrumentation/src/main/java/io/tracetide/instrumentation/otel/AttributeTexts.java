package io.tracetide.instrumentation.otel;

import static io.tracetide.instrumentation.otel.ExportedText.EXPORTED;

import java.util.LinkedHashMap;
import java.util.Map;

/** Attributes as texts up to a limit. A later value of a key replaces the earlier one. */
final class AttributeTexts {

  private final int limit;
  private Map<String, String> entries = Map.of();

  AttributeTexts(int limit) {
    this.limit = limit;
  }

  void put(String key, String value) {
    String safeKey = EXPORTED.key(key);
    if (entries.size() >= limit && !entries.containsKey(safeKey)) {
      return;
    }
    if (entries.isEmpty()) {
      entries = new LinkedHashMap<>();
    }
    entries.put(safeKey, EXPORTED.value(value));
  }

  Map<String, String> toMap() {
    return entries;
  }
}
