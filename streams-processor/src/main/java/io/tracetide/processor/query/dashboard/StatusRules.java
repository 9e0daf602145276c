package io.tracetide.processor.query.dashboard;

import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Rules for the status of a service. The first that applies decides:
 *
 * <ol>
 *   <li>critical: an open anomaly is CRITICAL, or {@code criticalErrorPercent} of the last minute's
 *       spans failed
 *   <li>degraded: an open anomaly is HIGH or MEDIUM, or {@code degradedErrorPercent} of the last
 *       minute's spans failed, or a trace is stuck
 *   <li>silent: windows have closed for {@code silentAfter} without a span of the service
 *   <li>warming_up: the service had spans in fewer than {@code warmUpWindows} windows of the finest
 *       tier
 *   <li>healthy
 * </ol>
 *
 * Open anomalies of severity LOW do not change the status. Error rates apply from {@code minSpans}
 * spans on, so that a single failure at low traffic is not an outage. Windows close by event time,
 * or by the clock when no events arrive, so that a lag of the processor makes no service silent.
 */
public record StatusRules(
    Duration silentAfter,
    long minSpans,
    double degradedErrorPercent,
    double criticalErrorPercent,
    int warmUpWindows) {
  private static final Duration SILENT_AFTER = Duration.ofSeconds(60);
  private static final long MIN_SPANS = 20;
  private static final double DEGRADED_ERROR_PERCENT = 5;
  private static final double CRITICAL_ERROR_PERCENT = 50;

  /** The shipped rules. */
  public static StatusRules withWarmUp(int windows) {
    return new StatusRules(
        SILENT_AFTER, MIN_SPANS, DEGRADED_ERROR_PERCENT, CRITICAL_ERROR_PERCENT, windows);
  }

  /**
   * The data that a status is derived from.
   *
   * @param open open anomalies by severity
   * @param stuck traces without an event for longer than allowed
   * @param recentCount finished spans of the last minute
   * @param quietFor time from the end of its last span to the newest closed window; zero while it
   *     has spans
   * @param windowsSeen windows of the finest tier with spans in the last two hours
   */
  public record Evidence(
      Map<Severity, Long> open,
      long stuck,
      long recentCount,
      double recentErrorPercent,
      Duration quietFor,
      int windowsSeen) {
    public Evidence {
      open = Map.copyOf(open);
    }
  }

  /** A status and its reason in one sentence. */
  public record Verdict(ServiceStatus status, String reason) {}

  public Verdict judge(Evidence evidence) {
    return Stream.<Function<Evidence, Optional<Verdict>>>of(
            this::critical, this::degraded, this::silent, this::warmingUp)
        .flatMap(rule -> rule.apply(evidence).stream())
        .findFirst()
        .orElse(
            new Verdict(
                ServiceStatus.HEALTHY, "No open anomaly above severity LOW, and few errors."));
  }

  private Optional<Verdict> critical(Evidence evidence) {
    return open(evidence, ServiceStatus.CRITICAL, Severity.CRITICAL)
        .or(() -> failing(evidence, ServiceStatus.CRITICAL, criticalErrorPercent));
  }

  private Optional<Verdict> degraded(Evidence evidence) {
    return open(evidence, ServiceStatus.DEGRADED, Severity.HIGH, Severity.MEDIUM)
        .or(() -> failing(evidence, ServiceStatus.DEGRADED, degradedErrorPercent))
        .or(() -> stuck(evidence));
  }

  private Optional<Verdict> silent(Evidence evidence) {
    return evidence.quietFor().compareTo(silentAfter) < 0
        ? Optional.empty()
        : Optional.of(
            new Verdict(
                ServiceStatus.SILENT,
                "No spans for %d seconds.".formatted(evidence.quietFor().toSeconds())));
  }

  private Optional<Verdict> warmingUp(Evidence evidence) {
    return evidence.windowsSeen() >= warmUpWindows
        ? Optional.empty()
        : Optional.of(
            new Verdict(
                ServiceStatus.WARMING_UP,
                "Detectors are warming up: %d of %d windows."
                    .formatted(evidence.windowsSeen(), warmUpWindows)));
  }

  private static Optional<Verdict> stuck(Evidence evidence) {
    return evidence.stuck() == 0
        ? Optional.empty()
        : Optional.of(
            new Verdict(ServiceStatus.DEGRADED, "Stuck traces: %d.".formatted(evidence.stuck())));
  }

  private Optional<Verdict> failing(Evidence evidence, ServiceStatus status, double percent) {
    return evidence.recentCount() < minSpans || evidence.recentErrorPercent() < percent
        ? Optional.empty()
        : Optional.of(
            new Verdict(
                status,
                String.format(
                    Locale.ROOT,
                    "%.1f %% of the last minute's spans failed.",
                    evidence.recentErrorPercent())));
  }

  private static Optional<Verdict> open(
      Evidence evidence, ServiceStatus status, Severity... severities) {
    return Stream.of(severities)
        .filter(severity -> evidence.open().getOrDefault(severity, 0L) > 0)
        .findFirst()
        .map(
            severity ->
                new Verdict(
                    status,
                    "Open anomalies of severity %s: %d."
                        .formatted(severity, evidence.open().getOrDefault(severity, 0L))));
  }
}
