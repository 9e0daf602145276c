package io.tracetide.runtime.config;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The kinds of a one-of section: records by the name that a file gives them, in order. */
final class Kinds {
  private static final String SUFFIX = "Config";

  private final String key;
  private final Map<String, Class<?>> records = new LinkedHashMap<>();

  private Kinds(String key, Class<?>[] kinds) {
    this.key = key;
    for (Class<?> kind : kinds) {
      if (!kind.isRecord()) {
        throw new IllegalStateException("a kind of a one-of section is not a record: " + kind);
      }
      records.put(key.isEmpty() ? camelCase(kind) : snakeCase(kind), kind);
    }
  }

  /** The kinds of a type with {@link KindKey}, empty for another type. */
  static Optional<Kinds> of(Class<?> type) {
    return Optional.ofNullable(type.getAnnotation(KindKey.class))
        .map(annotation -> new Kinds(annotation.value(), permitted(type)));
  }

  /** The kinds of a component with {@link OneOf}, empty for another component. */
  static Optional<Kinds> of(RecordComponent component) {
    return Optional.ofNullable(component.getAnnotation(OneOf.class))
        .map(OneOf::value)
        .map(given -> given.length > 0 ? given : permitted(component.getType()))
        .map(kinds -> new Kinds("", kinds));
  }

  /** The kinds that a record is one of by {@link KindKey}. */
  static Optional<Kinds> having(Class<?> kind) {
    return Arrays.stream(kind.getInterfaces()).map(Kinds::of).flatMap(Optional::stream).findFirst();
  }

  /** The key that names the kind; empty where the key of the section does. */
  String key() {
    return key;
  }

  Map<String, Class<?>> records() {
    return Collections.unmodifiableMap(records);
  }

  List<String> names() {
    return List.copyOf(records.keySet());
  }

  /** The name of a kind. */
  String nameOf(Class<?> kind) {
    return records.entrySet().stream()
        .filter(each -> each.getValue() == kind)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(kind + " is none of " + records))
        .getKey();
  }

  /** The names of the kinds that have a key. */
  List<String> withKey(String component) {
    return records.entrySet().stream()
        .filter(kind -> new RecordShape(kind.getValue()).keys().contains(component))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A scalar that names a kind. Its expectation suggests the kind that was probably meant. */
  Scalar choice(String written) {
    String choices = "one of " + String.join(", ", names());
    String meant =
        NearestName.of(written, names()).map(name -> "; did you mean " + name + "?").orElse("");
    return new Scalar(choices, choices + meant, this::named);
  }

  private Optional<Object> named(String text) {
    return Optional.ofNullable(
        records.get(text.strip().replace('-', '_').toLowerCase(Locale.ROOT)));
  }

  /** By name: the platform specifies no order. */
  private static Class<?>[] permitted(Class<?> type) {
    Class<?>[] kinds = type.getPermittedSubclasses();
    if (kinds == null) {
      throw new IllegalStateException("a one-of section needs kinds: " + type);
    }
    Arrays.sort(kinds, Comparator.comparing(Class::getSimpleName));
    return kinds;
  }

  private static String camelCase(Class<?> kind) {
    String name = kind.getSimpleName();
    String plain =
        name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    return plain.substring(0, 1).toLowerCase(Locale.ROOT) + plain.substring(1);
  }

  private static String snakeCase(Class<?> kind) {
    return camelCase(kind).replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
