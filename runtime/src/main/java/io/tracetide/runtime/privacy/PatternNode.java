package io.tracetide.runtime.privacy;

import java.util.List;

/** A part of a regular expression. */
sealed interface PatternNode {

  /** One character of a set. */
  record OneOf(CharacterSet set) implements PatternNode {}

  /** The place between a word and what is none. */
  record Boundary() implements PatternNode {}

  /** One after the other. */
  record Sequence(List<PatternNode> nodes) implements PatternNode {}

  /** One of them. */
  record Choice(List<PatternNode> nodes) implements PatternNode {}

  /** So many times. */
  record Repeat(PatternNode node, int min, int max) implements PatternNode {
    static final int UNBOUNDED = -1;
  }
}
