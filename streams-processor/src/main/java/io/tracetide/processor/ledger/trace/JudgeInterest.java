package io.tracetide.processor.ledger.trace;

import java.util.Set;
import java.util.TreeSet;

/**
 * Which plain finished work has to be judged: work that was neither slow nor failed, and told of
 * nothing that several modules understand. Nearly all of it never has to be, so a judge says
 * beforehand what it cannot find in it.
 *
 * @param all whether every piece of work
 * @param longerThanMicros work that took longer than that
 * @param naming work whose record has one of these texts in it, such as the name of a tag
 */
public record JudgeInterest(boolean all, long longerThanMicros, Set<String> naming) {

  /** None. */
  public static final JudgeInterest NONE = new JudgeInterest(false, Long.MAX_VALUE, Set.of());

  /** Every piece. */
  public static final JudgeInterest ALL = new JudgeInterest(true, 0, Set.of());

  public JudgeInterest {
    naming = Set.copyOf(naming);
  }

  public static JudgeInterest longerThan(long micros) {
    return new JudgeInterest(false, micros, Set.of());
  }

  public static JudgeInterest naming(String text) {
    return new JudgeInterest(false, Long.MAX_VALUE, Set.of(text));
  }

  /** What concerns this or the other. */
  public JudgeInterest or(JudgeInterest other) {
    if (equals(NONE) || equals(other)) {
      return other;
    }
    if (all || other.all) {
      return ALL;
    }
    Set<String> both = new TreeSet<>(naming);
    both.addAll(other.naming);
    return new JudgeInterest(false, Math.min(longerThanMicros, other.longerThanMicros), both);
  }
}
