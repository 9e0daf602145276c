package io.tracetide.runtime.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a configuration whose values differ from the defaults, to be shown to people. Secrets
 * are masked, and of lists and maps of sections only the number is shown.
 */
public final class ConfigChanges {

  private static final int MOST_CHARACTERS = 200;
  private static final Pattern CREDENTIALS = Pattern.compile("//[^/@\\s]+@");
  private static final String MASKED = Secret.of("x").toString();

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
      changes.put(path, KafkaConfig.isSensitive(key) ? MASKED : shown(value));
    }
  }

  private static String shown(Object value) {
    String text = print(value);
    String masked = CREDENTIALS.matcher(text).replaceAll("//" + MASKED + "@");
    return masked.length() > MOST_CHARACTERS ? masked.substring(0, MOST_CHARACTERS) + "…" : masked;
  }

  private static String print(Object value) {
    if (value instanceof Optional<?>) {
      return "";
    }
    if (value instanceof Record section) {
      List<String> entries = new ArrayList<>();
      RecordShape.entries(section)
          .forEach(
              (key, entry) -> {
                if (!entry.equals(Optional.empty())) {
                  Object given = entry instanceof Optional<?> optional ? optional.get() : entry;
                  entries.add(key + ": " + (KafkaConfig.isSensitive(key) ? MASKED : print(given)));
                }
              });
      return "{" + String.join(", ", entries) + "}";
    }
    Collection<?> items =
        value instanceof Map<?, ?> map
            ? map.values()
            : value instanceof Collection<?> collection ? collection : List.of();
    if (items.stream().anyMatch(Record.class::isInstance)) {
      return items.size() == 1 ? "1 section" : items.size() + " sections";
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(
              entry -> {
                String key = String.valueOf(entry.getKey());
                return key
                    + ": "
                    + (KafkaConfig.isSensitive(key) ? MASKED : print(entry.getValue()));
              })
          .sorted()
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof Collection<?>) {
      return items.stream().map(ConfigChanges::print).collect(Collectors.joining(", ", "[", "]"));
    }
    return Scalar.print(value);
  }
}
