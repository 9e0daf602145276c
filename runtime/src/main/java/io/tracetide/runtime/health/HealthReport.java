package io.tracetide.runtime.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The results of all checks at one time.
 *
 * @param checks by name, in order of registration
 */
public record HealthReport(Map<String, HealthStatus> checks) {
  public HealthReport {
    checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
  }

  /** Up when nothing is down; a process without checks is up. */
  public boolean isUp() {
    return down().isEmpty();
  }

  /** Names of the checks that are down. */
  public List<String> down() {
    return checks.entrySet().stream()
        .filter(check -> !check.getValue().isUp())
        .map(Map.Entry::getKey)
        .toList();
  }
}
