package io.tracetide.alert.reload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was read: a configuration or problems.
 *
 * @param config null if there are problems
 * @param problems why it cannot be used
 */
record Reading<C>(@Nullable C config, List<String> problems) {

  Reading {
    problems = List.copyOf(problems);
  }

  static <C> Reading<C> valid(C config) {
    return new Reading<>(config, List.of());
  }

  static <C> Reading<C> invalid(List<String> problems) {
    return new Reading<>(null, problems);
  }

  boolean isValid() {
    return config != null;
  }
}
