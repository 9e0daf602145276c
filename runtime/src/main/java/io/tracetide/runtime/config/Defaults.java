package io.tracetide.runtime.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values of what a configuration leaves out. */
final class Defaults {

  static @Nullable Object defaultOf(Type type) {
    return type instanceof Class<?> plain && plain.isRecord()
        ? RecordShape.defaultsOf(plain).orElse(null)
        : null;
  }

  static @Nullable Object anyDefault(Kinds kinds) {
    return kinds.records().values().stream()
        .flatMap(kind -> RecordShape.defaultsOf(kind).stream())
        .findFirst()
        .orElse(null);
  }

  static @Nullable Object absent(Type type) {
    return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class
        ? Optional.empty()
        : null;
  }

  private Defaults() {}
}
