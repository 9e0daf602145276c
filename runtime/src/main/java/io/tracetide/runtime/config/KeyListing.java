package io.tracetide.runtime.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lists the keys of a configuration record in the order of their declaration. A section within one
 * of the same type is listed without its keys, which are those of the outer one.
 */
final class KeyListing {
  private final List<ConfigKey> keys = new ArrayList<>();

  /** The types of the sections around the key that is listed. */
  private final Deque<Class<?>> outer = new ArrayDeque<>();

  List<ConfigKey> of(Record defaults) {
    section(defaults.getClass(), defaults, "");
    return List.copyOf(keys);
  }

  private void section(Class<?> type, @Nullable Object defaults, String path) {
    if (outer.contains(type)) {
      return;
    }
    outer.push(type);
    RecordShape shape = new RecordShape(type);
    for (int i = 0; i < shape.size(); i++) {
      Object value = defaults == null || shape.isRequired(i) ? null : shape.get(defaults, i);
      if (defaults == null && shape.isOptional(i)) {
        value = Optional.empty();
      }
      Optional<Kinds> kinds = shape.kinds(i);
      if (kinds.isPresent()) {
        oneSection(
            kinds.get(), value instanceof Optional<?> given ? given.orElse(null) : value, path);
      } else {
        key(shape.type(i), value, ConfigProblem.join(path, shape.name(i)));
      }
    }
    outer.pop();
  }

  private void key(Type type, @Nullable Object value, String path) {
    if (isSection(type)) {
      sections((Class<?>) type, value, path);
      return;
    }
    keys.add(new ConfigKey(path, name(type), printed(value)));
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      Type item = arguments[arguments.length - 1];
      if (isSection(item)) {
        sections(
            (Class<?>) item,
            RecordShape.defaultsOf((Class<?>) item).orElse(null),
            path + suffix(generic));
      }
    }
  }

  private static String suffix(ParameterizedType container) {
    if (container.getRawType() == Optional.class) {
      return "";
    }
    return container.getRawType() == Map.class ? ".<name>" : "[]";
  }

  private void sections(Class<?> type, @Nullable Object value, String path) {
    Optional<Kinds> kinds = Kinds.of(type);
    if (kinds.isPresent()) {
      namedKind(kinds.get(), value, path);
    } else {
      // A section that is required has keys with defaults.
      section(type, value == null ? RecordShape.defaultsOf(type).orElse(null) : value, path);
    }
  }

  /** The sections one of which must be given. */
  private void oneSection(Kinds kinds, @Nullable Object value, String path) {
    String type = "one of the sections " + String.join(", ", kinds.names());
    kinds
        .records()
        .forEach(
            (name, kind) -> {
              boolean other = value != null && !kind.isInstance(value);
              String section = ConfigProblem.join(path, name);
              keys.add(new ConfigKey(section, type, other ? "" : printed(value)));
              section(kind, valueOf(kind, value), section);
            });
  }

  /** The key that names the kind, the keys of every kind, and then those of some kinds only. */
  private void namedKind(Kinds kinds, @Nullable Object value, String path) {
    String given = value == null ? printed(null) : kinds.nameOf(value.getClass());
    keys.add(new ConfigKey(ConfigProblem.join(path, kinds.key()), kinds.choice("").name(), given));
    Map<ConfigKey, List<String>> owners = new LinkedHashMap<>();
    kinds
        .records()
        .forEach(
            (name, kind) -> {
              KeyListing listing = new KeyListing();
              listing.outer.addAll(outer);
              listing.section(kind, valueOf(kind, value), path);
              listing.keys.forEach(
                  key -> owners.computeIfAbsent(key, none -> new ArrayList<>()).add(name));
            });
    owners.forEach(
        (key, names) -> {
          if (names.size() == kinds.names().size()) {
            keys.add(key);
          }
        });
    owners.forEach(
        (key, names) -> {
          if (names.size() < kinds.names().size()) {
            String type = key.type() + ", for " + String.join(" and ", names);
            keys.add(new ConfigKey(key.path(), type, key.defaultValue()));
          }
        });
  }

  private static @Nullable Object valueOf(Class<?> kind, @Nullable Object value) {
    return kind.isInstance(value) ? value : RecordShape.defaultsOf(kind).orElse(null);
  }

  private static boolean isSection(Type type) {
    return type instanceof Class<?> plain && (plain.isRecord() || Kinds.of(plain).isPresent());
  }

  private static String printed(@Nullable Object value) {
    return value == null ? "(required)" : OneLine.WHOLE.of(value);
  }

  private static String name(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      String item = name(arguments[arguments.length - 1]);
      if (generic.getRawType() == Optional.class) {
        return item;
      }
      return (generic.getRawType() == Map.class ? "map of " : "list of ") + item;
    }
    Class<?> plain = (Class<?>) type;
    return isSection(plain) ? "section" : Scalar.of(plain).map(Scalar::name).orElse("?");
  }

  /** Values of a configuration as they would be written on one line of YAML. */
  enum OneLine {
    /** All of a value. */
    WHOLE,
    /**
     * To be shown to people: entries with sensitive keys are masked, and of lists and maps of
     * sections only the number is written.
     */
    BRIEF;

    static final String MASK = Secret.of("x").toString();

    String of(Object value) {
      if (value instanceof Optional<?> optional) {
        return optional.map(this::of).orElse("");
      }
      if (value instanceof Collection<?> items) {
        return isOfSections(items)
            ? number(items)
            : items.stream().map(this::of).collect(Collectors.joining(", ", "[", "]"));
      }
      if (value instanceof Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, entry) -> sorted.put(String.valueOf(key), entry));
        return isOfSections(map.values()) ? number(map.values()) : entries(sorted);
      }
      if (value instanceof Record item) {
        Map<String, Object> entries = RecordShape.entries(item);
        entries.values().removeAll(List.of(Optional.empty()));
        return entries(entries);
      }
      return Scalar.print(value);
    }

    private String entries(Map<String, Object> entries) {
      return entries.entrySet().stream()
          .map(entry -> entry.getKey() + ": " + ofKey(entry.getKey(), entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }

    /** The value of a key. */
    String ofKey(String key, Object value) {
      return this == BRIEF && KafkaConfig.isSensitive(key) ? MASK : of(value);
    }

    private boolean isOfSections(Collection<?> items) {
      return this == BRIEF && items.stream().anyMatch(Record.class::isInstance);
    }

    private static String number(Collection<?> items) {
      return items.size() == 1 ? "1 section" : items.size() + " sections";
    }
  }
}
