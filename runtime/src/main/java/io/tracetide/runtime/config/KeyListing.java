package io.tracetide.runtime.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Lists what a configuration record can be given, in the order of its declaration. */
final class KeyListing {
  private final List<ConfigKey> keys = new ArrayList<>();

  List<ConfigKey> of(Record defaults) {
    section(defaults.getClass(), defaults, "");
    return List.copyOf(keys);
  }

  private void section(Class<?> type, @Nullable Object defaults, String path) {
    RecordShape shape = new RecordShape(type);
    for (int i = 0; i < shape.size(); i++) {
      Object value = defaults == null || shape.isRequired(i) ? null : shape.get(defaults, i);
      key(shape.type(i), value, ConfigProblem.join(path, shape.name(i)));
    }
  }

  private void key(Type type, @Nullable Object value, String path) {
    if (type instanceof Class<?> plain && plain.isRecord()) {
      section(plain, value, path);
      return;
    }
    keys.add(new ConfigKey(path, name(type), value == null ? "(required)" : print(value)));
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (arguments[arguments.length - 1] instanceof Class<?> item && item.isRecord()) {
        String suffix = generic.getRawType() == Map.class ? ".<name>" : "[]";
        section(item, new RecordShape(item).defaults().orElse(null), path + suffix);
      }
    }
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
    return plain.isRecord() ? "section" : Scalar.of(plain).map(Scalar::name).orElse("?");
  }

  /** A default as it would be written on one line of YAML. */
  private static String print(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(KeyListing::print).orElse("");
    }
    if (value instanceof Collection<?> items) {
      return items.stream().map(KeyListing::print).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, String> entries = new TreeMap<>();
      map.forEach((key, entry) -> entries.put(String.valueOf(key), print(entry)));
      return entries.entrySet().stream()
          .map(entry -> entry.getKey() + ": " + entry.getValue())
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof Record item) {
      RecordShape shape = new RecordShape(item.getClass());
      return IntStream.range(0, shape.size())
          .mapToObj(i -> shape.name(i) + ": " + print(shape.get(item, i)))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return Scalar.print(value);
  }
}
