package io.tracetide.client.text;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an application may say of its work, brought within bounds: of length, as the gateway has
 * them, and of what the contract allows. Nulls, where somebody passes them against the annotations,
 * are left out.
 */
public final class Texts {

  static final String UNKNOWN_OPERATION = "unknown_operation";

  private static final int NAME = 256;
  private static final int TRACE_ID = 256;
  private static final int KEY = 128;
  private static final int VALUE = 4_096;
  private static final int MOST_TAGS = 64;
  private static final int MOST_METRICS = 64;

  private Texts() {}

  public static String operation(@Nullable String name) {
    return name == null || name.isBlank() ? UNKNOWN_OPERATION : cut(name, NAME);
  }

  /** Whether events can be told apart by it; the processor takes no longer one. */
  public static boolean isTraceId(@Nullable String id) {
    return id != null && !id.isBlank() && id.length() <= TRACE_ID;
  }

  public static String name(@Nullable String name) {
    return name == null ? "" : cut(name, NAME);
  }

  static @Nullable public String value(@Nullable String value) {
    return value == null ? null : cut(value, VALUE);
  }

  public static Map<String, String> tags(@Nullable Map<String, String> given) {
    if (given == null) {
      return Map.of();
    }
    try {
      return areWithinBounds(given) ? Map.copyOf(given) : cutTags(given);
    } catch (RuntimeException e) {
      // The map is the application's, and somebody may change it meanwhile.
      return Map.of();
    }
  }

  /** The usual case: nothing is to be done, and a map that never changes need not be copied. */
  private static boolean areWithinBounds(Map<String, String> given) {
    int entries = 0;
    for (Map.Entry<String, String> entry : given.entrySet()) {
      String key = entry.getKey();
      String value = entry.getValue();
      if (++entries > MOST_TAGS
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
      if (key != null && value != null && kept.size() < MOST_TAGS) {
        kept.put(cut(key, KEY), cut(value, VALUE));
      }
    }
    return Map.copyOf(kept);
  }

  /** The same and one more, unless it is one too many or nothing. */
  public static Map<String, String> with(
      Map<String, String> tags, @Nullable String key, @Nullable String value) {
    if (key == null || value == null) {
      return tags;
    }
    String name = cut(key, KEY);
    if (tags.size() >= MOST_TAGS && !tags.containsKey(name)) {
      return tags;
    }
    Map<String, String> more = new HashMap<>(tags);
    more.put(name, cut(value, VALUE));
    return Map.copyOf(more);
  }

  /** The same and one more measure, unless it is one too many or no number. */
  public static Map<String, Double> with(
      Map<String, Double> measures, @Nullable String key, double value) {
    if (key == null || key.isBlank() || !Double.isFinite(value)) {
      return measures;
    }
    String name = cut(key, KEY);
    if (measures.size() >= MOST_METRICS && !measures.containsKey(name)) {
      return measures;
    }
    Map<String, Double> more = new HashMap<>(measures);
    more.put(name, value);
    return Map.copyOf(more);
  }

  /** So many characters at most, and no half of one. */
  public static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }
}
