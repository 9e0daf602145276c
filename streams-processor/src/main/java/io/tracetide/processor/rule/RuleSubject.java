package io.tracetide.processor.rule;

import io.tracetide.processor.window.SeriesId;
import java.util.Comparator;

/**
 * What a rule's episodes are about.
 *
 * @param rule name of the rule
 * @param series series that it is held against
 */
public record RuleSubject(String rule, SeriesId series) implements Comparable<RuleSubject> {

  private static final Comparator<RuleSubject> ORDER =
      Comparator.comparing((RuleSubject s) -> s.series().tenant())
          .thenComparing(s -> s.series().service())
          .thenComparing(s -> s.series().operation())
          .thenComparing(s -> s.series().metric())
          .thenComparing(RuleSubject::rule);

  @Override
  public int compareTo(RuleSubject other) {
    return ORDER.compare(this, other);
  }
}
