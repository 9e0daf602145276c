package io.tracetide.alert.route;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A firing alert that the source matchers select mutes the alerts that the target matchers select
 * and that have the same values of the labels {@code equal}.
 */
public record InhibitRule(List<LabelMatcher> source, List<LabelMatcher> target, Set<String> equal) {

  public InhibitRule {
    source = List.copyOf(source);
    target = List.copyOf(target);
    equal = Set.copyOf(equal);
  }

  public boolean isSource(Map<String, String> labels) {
    return source.stream().allMatch(matcher -> matcher.matches(labels));
  }

  public boolean isTarget(Map<String, String> labels) {
    return target.stream().allMatch(matcher -> matcher.matches(labels));
  }

  /** The values that must be equal; an absent label has the empty value. */
  public SortedMap<String, String> equalLabels(Map<String, String> labels) {
    SortedMap<String, String> values = new TreeMap<>();
    equal.forEach(name -> values.put(name, labels.getOrDefault(name, "")));
    return values;
  }
}
