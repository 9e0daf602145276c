package io.tracetide.alert.route;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Labels by which alerts are grouped.
 *
 * @param labels their names; {@code a|b} stands for label a, or for b of an alert without a
 * @param all whether alerts are grouped by all labels, written {@code ...}
 */
public record GroupBy(Set<String> labels, boolean all) {

  /** Every combination of labels is a group of its own. */
  public static final GroupBy ALL = new GroupBy(Set.of(), true);

  private static final String OR = "|";

  public GroupBy {
    labels = Set.copyOf(labels);
  }

  public static GroupBy of(String... labels) {
    return new GroupBy(Set.of(labels), false);
  }

  /** The names of an entry, the preferred one first. */
  public static List<String> names(String entry) {
    return List.of(entry.split("\\" + OR, -1));
  }

  /** The labels of the group of an alert: those of the alert that are grouped by. */
  public SortedMap<String, String> groupLabels(Map<String, String> alert) {
    if (all) {
      return new TreeMap<>(alert);
    }
    SortedMap<String, String> group = new TreeMap<>();
    for (String entry : labels) {
      for (String name : entry.contains(OR) ? names(entry) : List.of(entry)) {
        String value = alert.get(name);
        if (value != null) {
          group.put(name, value);
          break;
        }
      }
    }
    return group;
  }
}
