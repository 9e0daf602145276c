package io.tracetide.alert.decision;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The texts of an alert.
 *
 * @param labels by which it is routed, grouped, silenced and inhibited
 * @param annotations texts for people
 * @param generatorUrl page of the system that raised it; empty when there is none
 */
public record AlertContent(
    SortedMap<String, String> labels, SortedMap<String, String> annotations, String generatorUrl) {

  private static final String SEVERITY = "severity";

  public AlertContent {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  public static AlertContent of(
      Map<String, String> labels, Map<String, String> annotations, String generatorUrl) {
    return new AlertContent(new TreeMap<>(labels), new TreeMap<>(annotations), generatorUrl);
  }

  public Severity severity() {
    return Severity.ofLabel(labels.getOrDefault(SEVERITY, ""));
  }

  /** The same with no other text than the severity. */
  AlertContent severityOnly() {
    SortedMap<String, String> severity = new TreeMap<>(labels);
    severity.keySet().retainAll(Set.of(SEVERITY));
    return new AlertContent(severity, Collections.emptySortedMap(), "");
  }
}
