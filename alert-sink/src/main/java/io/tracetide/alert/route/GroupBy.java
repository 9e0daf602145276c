package io.tracetide.alert.route;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Labels by which alerts are grouped.
 *
 * @param labels their names
 * @param all whether alerts are grouped by all labels, written {@code ...}
 */
public record GroupBy(Set<String> labels, boolean all) {

  /** Every combination of labels is a group of its own. */
  public static final GroupBy ALL = new GroupBy(Set.of(), true);

  public GroupBy {
    labels = Set.copyOf(labels);
  }

  public static GroupBy of(String... labels) {
    return new GroupBy(Set.of(labels), false);
  }

  /** The labels of the group of an alert: those of the alert that are grouped by. */
  public SortedMap<String, String> groupLabels(Map<String, String> alert) {
    SortedMap<String, String> group = new TreeMap<>(alert);
    if (!all) {
      group.keySet().retainAll(labels);
    }
    return group;
  }
}
