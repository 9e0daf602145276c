package io.tracetide.alert.reload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was read: a configuration or problems.
 *
 * @param config null if there are problems
 * @param problems why it cannot be used
 */
record ReadConfig<C>(@Nullable C config, List<String> problems) {

  ReadConfig {
    problems = List.copyOf(problems);
  }

  static <C> ReadConfig<C> valid(C config) {
    return new ReadConfig<>(config, List.of());
  }

  static <C> ReadConfig<C> invalid(List<String> problems) {
    return new ReadConfig<>(null, problems);
  }

  boolean isValid() {
    return config != null;
  }
}
