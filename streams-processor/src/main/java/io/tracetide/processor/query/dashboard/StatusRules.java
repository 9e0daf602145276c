package io.tracetide.processor.query.dashboard;

import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Rules that turn what is known about a service into one status. The first that holds decides:
 *
 * <ol>
 *   <li>critical: an open anomaly is CRITICAL, or {@code criticalErrorPercent} of the last minute's
 *       work failed
 *   <li>degraded: an open anomaly is HIGH or MEDIUM, or {@code degradedErrorPercent} of the last
 *       minute's work failed, or a trace is stuck
 *   <li>silent: windows have closed for {@code silentAfter} without work of the service
 *   <li>warming_up: the service has had work in fewer than {@code warmUpWindows} windows of the
 *       finest tier
 *   <li>healthy
 * </ol>
 *
 * Open anomalies that are LOW change no status. Error rates count from {@code leastWork} pieces of
 * work on, so that one failure at night is no outage. Windows close by event time, or by the clock
 * when nothing arrives, so a processor that lags behind calls nobody silent.
 */
public record StatusRules(
    Duration silentAfter,
    long leastWork,
    double degradedErrorPercent,
    double criticalErrorPercent,
    int warmUpWindows) {
  private static final Duration SILENT_AFTER = Duration.ofSeconds(60);
  private static final long LEAST_WORK = 20;
  private static final double DEGRADED_ERROR_PERCENT = 5;
  private static final double CRITICAL_ERROR_PERCENT = 50;

  /** The shipped rules. */
  public static StatusRules withWarmUp(int windows) {
    return new StatusRules(
        SILENT_AFTER, LEAST_WORK, DEGRADED_ERROR_PERCENT, CRITICAL_ERROR_PERCENT, windows);
  }

  /**
   * What is known about a service.
   *
   * @param open open anomalies by severity
   * @param stuck traces that are silent for longer than they may be
   * @param recentCount finished work of the last minute
   * @param quietFor time from the end of its last work to the newest closed window; zero while it
   *     works
   * @param windowsSeen windows of the finest tier with work in the last two hours
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

  /** A status and one plain sentence that says why. */
  public record Verdict(ServiceStatus status, String reason) {}

  public Verdict judge(Evidence evidence) {
    return Stream.<Function<Evidence, Optional<Verdict>>>of(
            this::critical, this::degraded, this::silent, this::warmingUp)
        .flatMap(rule -> rule.apply(evidence).stream())
        .findFirst()
        .orElse(new Verdict(ServiceStatus.HEALTHY, "No open anomaly of weight and few errors."));
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
                "No work for %d seconds.".formatted(evidence.quietFor().toSeconds())));
  }

  private Optional<Verdict> warmingUp(Evidence evidence) {
    return evidence.windowsSeen() >= warmUpWindows
        ? Optional.empty()
        : Optional.of(
            new Verdict(
                ServiceStatus.WARMING_UP,
                "Learning what is normal: %d of %d windows seen."
                    .formatted(evidence.windowsSeen(), warmUpWindows)));
  }

  private static Optional<Verdict> stuck(Evidence evidence) {
    return evidence.stuck() == 0
        ? Optional.empty()
        : Optional.of(
            new Verdict(ServiceStatus.DEGRADED, "Stuck traces: %d.".formatted(evidence.stuck())));
  }

  private Optional<Verdict> failing(Evidence evidence, ServiceStatus status, double percent) {
    return evidence.recentCount() < leastWork || evidence.recentErrorPercent() < percent
        ? Optional.empty()
        : Optional.of(
            new Verdict(
                status,
                String.format(
                    Locale.ROOT,
                    "%.1f %% of the last minute's work failed.",
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
