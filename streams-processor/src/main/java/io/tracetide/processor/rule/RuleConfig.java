package io.tracetide.processor.rule;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.runtime.config.Checks;
import io.tracetide.schemas.Severity;

/**
 * One rule. In the globs {@code *} stands for any text and {@code ?} for one character.
 *
 * @param name name of the rule in anomalies and alerts; it is part of their fingerprint
 * @param metric {@code p50_ms}, {@code p95_ms}, {@code p99_ms}, {@code mean_ms}, {@code
 *     error_rate_percent}, {@code throughput_per_sec}, {@code cpu_percent}, or the name of a metric
 *     that services report, whose mean is compared
 * @param bound on which side of the threshold the rule is broken
 * @param threshold the last value within the limit
 * @param forWindows windows of 10 seconds in a row that open an anomaly
 * @param quietWindows windows in a row that resolve it
 * @param severity severity of the anomaly
 * @param tenant glob of tenants
 * @param service glob of services
 * @param operation {@code *} for each service as a whole; anything else is a glob of operations, so
 *     {@code ?*} is every single one
 * @param minCount minimum of finished spans in a window for a latency or an error rate to be
 *     compared
 */
public record RuleConfig(
    String name,
    String metric,
    Bound bound,
    double threshold,
    int forWindows,
    int quietWindows,
    Severity severity,
    String tenant,
    String service,
    String operation,
    long minCount) {

  public RuleConfig {
    Checks.check()
        .notBlank("name", name)
        .notBlank("metric", metric)
        .that(Double.isFinite(threshold), "threshold", threshold, "a number")
        .range("forWindows", forWindows, 1, 31)
        .range("quietWindows", quietWindows, 1, 10_000)
        .notBlank("tenant", tenant)
        .notBlank("service", service)
        .notBlank("operation", operation)
        .range("minCount", minCount, 0, Long.MAX_VALUE)
        .done();
  }

  /** Defaults of an item of the list: every service, opened after one window. */
  public static RuleConfig defaults() {
    return of("rule", "error_rate_percent", Bound.ABOVE, 20, 1, Severity.MEDIUM, 1);
  }

  /** A rule on every service as a whole. */
  public static RuleConfig of(
      String name,
      String metric,
      Bound bound,
      double threshold,
      int forWindows,
      Severity severity,
      long minCount) {
    return new RuleConfig(
        name,
        metric,
        bound,
        threshold,
        forWindows,
        3,
        severity,
        "*",
        "*",
        SeriesId.ALL_OPERATIONS,
        minCount);
  }
}
