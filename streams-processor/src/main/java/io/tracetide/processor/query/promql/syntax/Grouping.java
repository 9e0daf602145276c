package io.tracetide.processor.query.promql.syntax;

import java.util.Set;

/**
 * The labels that distinguish the groups of an aggregation.
 *
 * @param without whether these labels do not distinguish groups, and all others do
 */
public record Grouping(boolean without, Set<String> labels) {
  /** One group. */
  static final Grouping NONE = new Grouping(false, Set.of());

  public Grouping {
    labels = Set.copyOf(labels);
  }

  /** Whether series that differ in this label only are in different groups. */
  public boolean keeps(String label) {
    return labels.contains(label) != without;
  }
}
