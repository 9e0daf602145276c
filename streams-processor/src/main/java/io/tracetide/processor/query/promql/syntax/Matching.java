package io.tracetide.processor.query.promql.syntax;

import java.util.Set;

/**
 * How the series of two vectors are matched.
 *
 * @param on whether only these labels have to be equal, else all others
 * @param many the side of which several series may match one of the other side
 * @param include labels that are taken from the other side
 */
public record Matching(boolean on, Set<String> labels, Many many, Set<String> include) {

  /** The side that {@code group_left} or {@code group_right} names. */
  public enum Many {
    NEITHER,
    LEFT,
    RIGHT
  }

  /** All labels, one to one. */
  static final Matching ALL = new Matching(false, Set.of(), Many.NEITHER, Set.of());

  public Matching {
    labels = Set.copyOf(labels);
    include = Set.copyOf(include);
  }
}
