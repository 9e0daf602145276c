package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.request.Selection;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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
 * @param by attributes that tell the parts of metrics apart, {@code *} for all that are kept; empty
 *     answers for each metric as a whole
 * @param where values of attributes that parts of metrics must have, any one of each; they tell
 *     parts apart as well
 */
public record AnalyticsQuery(
    TimeRange range,
    Granularity granularity,
    Tenants tenants,
    Selection services,
    Selection operations,
    boolean work,
    Set<String> metrics,
    Set<String> by,
    Map<String, Set<String>> where) {
  public static final List<String> PARAMETERS =
      List.of(
          "timeRange",
          "from",
          "to",
          "granularity",
          "services",
          "operations",
          "metrics",
          "by",
          "where",
          "tenant");
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
    by = Set.copyOf(by);
    where = Map.copyOf(where);
  }

  public static AnalyticsQuery parse(Parameters parameters, Instant now, List<WindowTier> tiers) {
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
    Set<String> by = parameters.names("by");
    Map<String, Set<String>> where = where(parameters);
    if (named.isEmpty() && !(by.isEmpty() && where.isEmpty())) {
      throw new BadParameterException(
          "Parameters 'by' and 'where' are about metrics: add metrics, such as"
              + " metrics=jvm.memory.used or metrics=*.");
    }
    AnalyticsQuery query =
        new AnalyticsQuery(
            range,
            granularity,
            parameters.tenants(),
            distinct("services", parameters.selection("services")),
            distinct("operations", parameters.selection("operations")),
            work,
            metrics,
            by,
            where);
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

  private static Map<String, Set<String>> where(Parameters parameters) {
    Map<String, Set<String>> where = new LinkedHashMap<>();
    for (String condition : parameters.names("where")) {
      int equals = condition.indexOf('=');
      if (equals <= 0) {
        throw BadParameterException.rejected(
            "where", condition, "use attribute=value, such as jvm.memory.type=heap");
      }
      where
          .computeIfAbsent(condition.substring(0, equals), key -> new LinkedHashSet<>())
          .add(condition.substring(equals + 1));
    }
    return where;
  }

  /** The merge of a tenant's services is made of all of them. */
  Scope toRead() {
    Scope read = Scope.of(tenants, services);
    return wantsParts() ? read.withParts() : read;
  }

  /** Whether parts of metrics are asked for, and not the metrics as a whole. */
  boolean wantsParts() {
    return !by.isEmpty() || !where.isEmpty();
  }

  /**
   * Those attributes of a part that it is told apart by; absent when it is not asked for. A part
   * without one of them is told apart from those with it.
   */
  Optional<Map<String, String>> part(Map<String, String> attributes) {
    boolean ofOthers = attributes.containsKey(SeriesId.OTHER);
    Map<String, String> told = new TreeMap<>();
    for (Map.Entry<String, Set<String>> condition : where.entrySet()) {
      String value = ofOthers ? SeriesId.OTHER : attributes.getOrDefault(condition.getKey(), "");
      if (!condition.getValue().contains(value)) {
        return Optional.empty();
      }
      told.put(condition.getKey(), value);
    }
    if (by.contains("*")) {
      told.putAll(attributes);
    } else {
      for (String name : by) {
        String value = ofOthers ? SeriesId.OTHER : attributes.getOrDefault(name, "");
        if (!value.isEmpty()) {
          told.put(name, value);
        }
      }
    }
    return Optional.of(told);
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
