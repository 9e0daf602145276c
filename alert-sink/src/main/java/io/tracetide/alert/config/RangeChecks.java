package io.tracetide.alert.config;

import io.tracetide.runtime.config.Checks;
import java.util.List;
import java.util.function.Function;

/** Checks of texts by the functions that read them. */
final class RangeChecks {
  private final Checks checks = Checks.check();

  RangeChecks read(String key, String text, Function<String, ?> reader) {
    try {
      Object unused = reader.apply(text);
    } catch (IllegalArgumentException e) {
      checks.that(false, key, text, String.valueOf(e.getMessage()));
    }
    return this;
  }

  RangeChecks readAll(String key, List<String> texts, Function<String, ?> reader) {
    for (int i = 0; i < texts.size(); i++) {
      read(key + "[" + i + "]", texts.get(i), reader);
    }
    return this;
  }

  void done() {
    checks.done();
  }
}
