package io.tracetide.processor.ledger.trace;

import java.util.Set;
import java.util.TreeSet;

/**
 * Which ordinary finished spans have to be judged. A span is ordinary when it is neither slow nor
 * failed and has no workflow events. Nearly all spans are ordinary and cannot break a rule, so a
 * judge declares in advance which of them can.
 *
 * @param all whether all of them
 * @param longerThanMicros those with a longer duration
 * @param naming those whose record contains one of these texts, such as the key of a tag
 */
public record JudgeInterest(boolean all, long longerThanMicros, Set<String> naming) {

  /** No spans. */
  public static final JudgeInterest NONE = new JudgeInterest(false, Long.MAX_VALUE, Set.of());

  /** All spans. */
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

  /** The union of both. */
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
