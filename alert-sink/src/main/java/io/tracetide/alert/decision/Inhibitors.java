package io.tracetide.alert.decision;

import io.tracetide.alert.route.InhibitRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Index of the firing alerts of a tenant that are sources of inhibition rules, by rule and by the
 * values that source and target must have in common. It is derived from the alerts and rebuilt when
 * the rules change.
 */
public final class Inhibitors {
  private List<InhibitRule> rules = List.of();
  private List<Map<SortedMap<String, String>, Set<String>>> byRule = List.of();
  private final Map<String, SortedMap<String, String>> labels = new HashMap<>();
  private boolean built;

  /** Makes the index one of these rules; reads all alerts if it was one of others. */
  void use(List<InhibitRule> wanted, TenantView state) {
    if (built && wanted.equals(rules)) {
      return;
    }
    built = true;
    rules = wanted;
    labels.clear();
    byRule = new ArrayList<>();
    rules.forEach(rule -> byRule.add(new HashMap<>()));
    if (!rules.isEmpty()) {
      for (String fingerprint : state.fingerprints()) {
        TrackedAlert alert = state.alert(fingerprint);
        if (alert != null) {
          update(alert);
        }
      }
    }
  }

  /** Takes account of the new state of an alert. */
  void update(TrackedAlert alert) {
    if (rules.isEmpty()) {
      return;
    }
    remove(alert.fingerprint());
    if (!alert.isFiring()) {
      return;
    }
    for (int i = 0; i < rules.size(); i++) {
      InhibitRule rule = rules.get(i);
      if (rule.isSource(alert.labels())) {
        byRule
            .get(i)
            .computeIfAbsent(rule.equalLabels(alert.labels()), values -> new TreeSet<>())
            .add(alert.fingerprint());
        labels.put(alert.fingerprint(), alert.labels());
      }
    }
  }

  void remove(String fingerprint) {
    SortedMap<String, String> known = labels.remove(fingerprint);
    if (known == null) {
      return;
    }
    for (int i = 0; i < rules.size(); i++) {
      SortedMap<String, String> values = rules.get(i).equalLabels(known);
      Set<String> sources = byRule.get(i).get(values);
      if (sources != null && sources.remove(fingerprint) && sources.isEmpty()) {
        byRule.get(i).remove(values);
      }
    }
  }

  /** Fingerprints of the firing sources of a rule for a target with these labels. */
  Set<String> sources(int rule, SortedMap<String, String> target) {
    return byRule.get(rule).getOrDefault(rules.get(rule).equalLabels(target), Set.of());
  }

  List<InhibitRule> rules() {
    return rules;
  }
}
