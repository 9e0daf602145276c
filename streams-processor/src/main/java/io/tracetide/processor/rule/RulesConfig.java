package io.tracetide.processor.rule;

import io.tracetide.runtime.config.Checks;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules and their common settings.
 *
 * @param rules the rules; names are unique
 * @param updateEvery windows of an open anomaly after which it is reported again
 * @param forgetAfter silence after which rules on too little throughput stop expecting spans of a
 *     service
 */
public record RulesConfig(List<RuleConfig> rules, int updateEvery, Duration forgetAfter) {

  public RulesConfig {
    rules = List.copyOf(rules);
    Checks.check()
        .that(unique(rules), "rules", names(rules), "names that are all different")
        .range("updateEvery", updateEvery, 1, 100_000)
        .range("forgetAfter", forgetAfter, Duration.ofMinutes(1), Duration.ofDays(30))
        .done();
  }

  /**
   * Rules that suit any service. There is none on latency, for usual latencies differ between
   * services.
   */
  public static RulesConfig defaults() {
    return new RulesConfig(
        List.of(
            RuleConfig.of(
                "high-error-rate", "error_rate_percent", Bound.ABOVE, 20, 2, Severity.HIGH, 20),
            RuleConfig.of("high-cpu", "cpu_percent", Bound.ABOVE, 95, 6, Severity.MEDIUM, 1)),
        6,
        Duration.ofHours(1));
  }

  private static boolean unique(List<RuleConfig> rules) {
    Set<String> seen = new HashSet<>();
    return rules.stream().allMatch(rule -> seen.add(rule.name()));
  }

  private static List<String> names(List<RuleConfig> rules) {
    return rules.stream().map(RuleConfig::name).toList();
  }
}
