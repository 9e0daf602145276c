package io.tracetide.processor.query;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What {@code /monitoring/analytics} is asked.
 *
 * @param tenants the only ones to answer for
 * @param services services to answer for, all of them for the merge of a tenant's services; empty
 *     answers for each
 * @param operations operations to answer for, all of them for their merge; empty answers for each
 *     and the merge
 * @param work whether series of finished work are asked for
 * @param metrics names of metrics asked for beside them, {@code *} for all; no metric is named
 *     {@code latency}, but some may be named {@code errors} or {@code cpu}
 */
public record AnalyticsQuery(
    TimeRange range,
    Granularity granularity,
    Tenants tenants,
    Selection services,
    Selection operations,
    boolean work,
    Set<String> metrics) {
  static final List<String> PARAMETERS =
      List.of(
          "timeRange", "from", "to", "granularity", "services", "operations", "metrics", "tenant");
  static final Duration DEFAULT_RANGE = Duration.ofMinutes(15);

  /** Each point of a series of finished work carries all three. */
  private static final Set<String> WORK_METRICS = Set.of("latency", "throughput", "errors");

  /** Short names of the resource figures that services report with their traces. */
  private static final Map<String, String> SHORT_NAMES =
      Map.of(
          "cpu", SeriesId.CPU_USAGE_PERCENT,
          "memory", "memory_usage_mb",
          "network", "network_io_kb",
          "disk", "disk_io_kb");

  public AnalyticsQuery {
    metrics = Set.copyOf(metrics);
  }

  static AnalyticsQuery parse(Parameters parameters, Instant now, List<WindowTier> tiers) {
    TimeRange range = parameters.range(now).orElseGet(() -> TimeRange.last(DEFAULT_RANGE, now));
    Granularity granularity =
        parameters
            .one("granularity")
            .map(text -> Granularity.parse(text, range, tiers))
            .orElseGet(() -> Granularity.forRange(range, now, tiers));
    Set<String> named = parameters.names("metrics");
    boolean work = named.isEmpty();
    Set<String> metrics = new LinkedHashSet<>();
    for (String name : named) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (WORK_METRICS.contains(lower)) {
        work = true;
      }
      // A metric may have one of these words for its own name.
      metrics.add(name);
      metrics.add(SHORT_NAMES.getOrDefault(lower, name));
    }
    AnalyticsQuery query =
        new AnalyticsQuery(
            range,
            granularity,
            parameters.tenants(),
            distinct("services", parameters.selection("services")),
            distinct("operations", parameters.selection("operations")),
            work,
            metrics);
    if (query.wantsTenant() && work && !query.wantsRollUp()) {
      throw new BadParameterException(
          "Parameter 'services' accepts '*' for the merge of all operations of all services: add"
              + " '*' to operations, or leave them out.");
    }
    return query;
  }

  private static Selection distinct(String parameter, Selection selection) {
    if (selection.isAmbiguous()) {
      throw new BadParameterException(
          ("Parameter '%s' has '*' for the merge of all and '\\*' for what has that name, which"
                  + " look alike in an answer: ask for one of them.")
              .formatted(parameter));
    }
    return selection;
  }

  /** The merge of a tenant's services is made of all of them. */
  Scope toRead() {
    return Scope.of(tenants, services);
  }

  boolean wantsTenant() {
    return services.all();
  }

  boolean wantsService(String service) {
    return services.isEmpty() || services.names().contains(service);
  }

  /** Work whose own name is "*" would pass for the merge, and counts in it alone beside it. */
  boolean wantsOperation(String operation) {
    return work
        && (operations.isEmpty() || operations.names().contains(operation))
        && !(wantsRollUp() && operation.equals(SeriesId.ALL_OPERATIONS));
  }

  /** Whether a metric of the service is wanted for one of its workflows, too. */
  boolean wantsWorkflow(String operation) {
    return operations.isEmpty() || operations.names().contains(operation);
  }

  /** The merge of all operations of a service. */
  boolean wantsRollUp() {
    return work && (operations.isEmpty() || operations.all());
  }

  boolean wantsMetric(String metric) {
    return metrics.contains(metric) || metrics.contains("*");
  }
}
