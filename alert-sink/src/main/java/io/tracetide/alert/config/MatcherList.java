package io.tracetide.alert.config;

import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.runtime.config.Checks;
import java.util.List;

/** Matchers of the configuration: a list of texts, each of one or more matchers. */
final class MatcherList {

  private MatcherList() {}

  /** Reports each text that is no matcher. */
  static void check(Checks checks, String key, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      try {
        LabelMatcher.parseAll(texts.get(i));
      } catch (IllegalArgumentException e) {
        checks.that(
            false,
            key + "[" + i + "]",
            texts.get(i),
            "matchers such as service=checkout or severity=~\"high|critical\" ("
                + e.getMessage()
                + ")");
      }
    }
  }

  static List<LabelMatcher> parse(List<String> texts) {
    return texts.stream().flatMap(text -> LabelMatcher.parseAll(text).stream()).toList();
  }
}
