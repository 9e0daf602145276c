package io.tracetide.processor.query.anomaly;

import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Query of {@code /monitoring/anomalies} and {@code /monitoring/incidents}.
 *
 * @param range selects anomalies that were open at some time in it; empty selects all
 * @param metrics selects anomalies by what deviates
 * @param severities empty selects all
 * @param resolved selects resolved or open ones only; empty selects both
 */
public record AnomalyQuery(
    Optional<TimeRange> range,
    Scope scope,
    Set<String> operations,
    MetricFilter metrics,
    Set<Severity> severities,
    Optional<Boolean> resolved,
    int limit) {
  public static final List<String> PARAMETERS =
      List.of(
          "timeRange",
          "from",
          "to",
          "services",
          "operations",
          "metrics",
          "severity",
          "resolved",
          "limit",
          "tenant");
  static final int DEFAULT_LIMIT = 100;
  static final int MOST = 1_000;

  public AnomalyQuery {
    operations = Set.copyOf(operations);
    severities = Set.copyOf(severities);
  }

  public static AnomalyQuery parse(Parameters parameters, Instant now) {
    return new AnomalyQuery(
        parameters.range(now),
        Scope.of(parameters.tenants(), parameters.selection("services")),
        parameters.names("operations"),
        MetricFilter.of(parameters.names("metrics")),
        parameters.anyOf("severity", Severity.class),
        parameters.flag("resolved"),
        parameters.integer("limit", DEFAULT_LIMIT, 1, MOST));
  }

  /** The same for other severities, without a range of time. */
  public AnomalyQuery always(Set<Severity> others, Optional<Boolean> resolvedOnes) {
    return new AnomalyQuery(
        Optional.empty(), scope, operations, metrics, others, resolvedOnes, limit);
  }

  /** Whether the query selects the anomaly. */
  public boolean matches(Anomaly anomaly) {
    return concerns(anomaly) && resolved.map(value -> value == isResolved(anomaly)).orElse(true);
  }

  /** Whether the anomaly matches, resolved or not. */
  boolean concerns(Anomaly anomaly) {
    return scope.includes(anomaly.getTenantId(), anomaly.getServiceName())
        && (operations.isEmpty() || operations.contains(anomaly.getOperationName()))
        && metrics.includes(anomaly)
        && (severities.isEmpty() || severities.contains(anomaly.getSeverity()))
        && range.map(within -> wasOpenIn(within, anomaly)).orElse(true);
  }

  static boolean isResolved(Anomaly anomaly) {
    return anomaly.getState() == AnomalyState.RESOLVED;
  }

  private static boolean wasOpenIn(TimeRange range, Anomaly anomaly) {
    Instant resolvedAt = anomaly.getResolvedAt();
    return anomaly.getOpenedAt().isBefore(range.to())
        && (resolvedAt == null || !resolvedAt.isBefore(range.from()));
  }
}
