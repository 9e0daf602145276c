package io.tracetide.runtime.config;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a configuration whose values differ from the defaults, to be shown to people. Secrets
 * are masked, and of lists and maps of sections only the number is shown.
 */
public final class ConfigChanges {

  private static final int MOST_CHARACTERS = 200;
  private static final Pattern CREDENTIALS = Pattern.compile("//[^/@\\s]+@");

  private final SortedMap<String, String> changes = new TreeMap<>();

  private ConfigChanges() {}

  /**
   * Values by path, such as {@code windows.grace}.
   *
   * @param defaults of the same type
   */
  public static <R extends Record> SortedMap<String, String> of(R section, R defaults) {
    ConfigChanges found = new ConfigChanges();
    found.section(section, defaults, "");
    return found.changes;
  }

  private void section(Record section, Record defaults, String path) {
    Map<String, Object> usual = RecordShape.entries(defaults);
    RecordShape.entries(section)
        .forEach(
            (key, value) -> {
              Object other = usual.get(key);
              if (!value.equals(other)) {
                changed(ConfigProblem.join(path, key), key, value, other);
              }
            });
  }

  private void changed(String path, String key, Object value, @Nullable Object usual) {
    if (value instanceof Optional<?> given && given.isPresent()) {
      Object before = usual instanceof Optional<?> known ? known.orElse(null) : null;
      changed(path, key, given.get(), before);
    } else if (value instanceof Record section
        && usual instanceof Record defaults
        && section.getClass() == defaults.getClass()) {
      section(section, defaults, path);
    } else {
      changes.put(path, shown(key, value));
    }
  }

  private static String shown(String key, Object value) {
    String text = KeyListing.OneLine.BRIEF.ofKey(key, value);
    String masked = CREDENTIALS.matcher(text).replaceAll("//" + KeyListing.OneLine.MASK + "@");
    return masked.length() > MOST_CHARACTERS ? masked.substring(0, MOST_CHARACTERS) + "…" : masked;
  }
}
