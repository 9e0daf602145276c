package io.tracetide.client.text;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts texts of the application to the limits of the gateway and the contract. Nulls are left out,
 * although the annotations of the API exclude them.
 */
public final class Texts {

  static final String UNKNOWN_OPERATION = "unknown_operation";

  private static final int NAME = 256;
  private static final int TRACE_ID = 256;
  private static final int KEY = 128;
  private static final int VALUE = 4_096;
  private static final int MAX_TAGS = 64;
  private static final int MAX_METRICS = 64;

  private Texts() {}

  public static String operation(@Nullable String name) {
    return name == null || name.isBlank() ? UNKNOWN_OPERATION : cut(name, NAME);
  }

  /** Whether it is not blank and within the processor's limit. */
  public static boolean isTraceId(@Nullable String id) {
    return id != null && !id.isBlank() && id.length() <= TRACE_ID;
  }

  public static String name(@Nullable String name) {
    return name == null ? "" : cut(name, NAME);
  }

  public static @Nullable String value(@Nullable String value) {
    return value == null ? null : cut(value, VALUE);
  }

  public static Map<String, String> tags(@Nullable Map<String, String> given) {
    if (given == null) {
      return Map.of();
    }
    try {
      return areWithinBounds(given) ? Map.copyOf(given) : cutTags(given);
    } catch (RuntimeException e) {
      // Another thread of the application may modify the map.
      return Map.of();
    }
  }

  /** The usual case; {@code Map.copyOf} does not copy an immutable map. */
  private static boolean areWithinBounds(Map<String, String> given) {
    int entries = 0;
    for (Map.Entry<String, String> entry : given.entrySet()) {
      String key = entry.getKey();
      String value = entry.getValue();
      if (++entries > MAX_TAGS
          || key == null
          || value == null
          || key.length() > KEY
          || value.length() > VALUE) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, String> cutTags(Map<String, String> given) {
    Map<String, String> kept = new HashMap<>();
    for (Map.Entry<String, String> entry : given.entrySet()) {
      String key = entry.getKey();
      String value = entry.getValue();
      if (key != null && value != null && kept.size() < MAX_TAGS) {
        kept.put(cut(key, KEY), cut(value, VALUE));
      }
    }
    return Map.copyOf(kept);
  }

  /** The tags and one more, unless it is null or beyond the limit. */
  public static Map<String, String> with(
      Map<String, String> tags, @Nullable String key, @Nullable String value) {
    if (key == null || value == null) {
      return tags;
    }
    String name = cut(key, KEY);
    if (tags.size() >= MAX_TAGS && !tags.containsKey(name)) {
      return tags;
    }
    Map<String, String> more = new HashMap<>(tags);
    more.put(name, cut(value, VALUE));
    return Map.copyOf(more);
  }

  /** The metrics and one more, unless it is not finite or beyond the limit. */
  public static Map<String, Double> with(
      Map<String, Double> measures, @Nullable String key, double value) {
    if (key == null || key.isBlank() || !Double.isFinite(value)) {
      return measures;
    }
    String name = cut(key, KEY);
    if (measures.size() >= MAX_METRICS && !measures.containsKey(name)) {
      return measures;
    }
    Map<String, Double> more = new HashMap<>(measures);
    more.put(name, value);
    return Map.copyOf(more);
  }

  /** At most {@code max} characters, without splitting a surrogate pair. */
  public static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }
}
