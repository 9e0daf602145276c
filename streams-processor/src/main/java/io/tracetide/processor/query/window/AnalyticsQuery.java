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
 * Query of {@code /monitoring/analytics}.
 *
 * @param tenants the only ones to return
 * @param services services to return, {@code *} for the merge of a tenant's services; empty returns
 *     each
 * @param operations operations to return, {@code *} for their merge; empty returns each and the
 *     merge
 * @param spans whether to return series of finished spans
 * @param metrics names of metrics to return beside them, {@code *} for all; no metric has the name
 *     {@code latency}, but one may have the name {@code errors} or {@code cpu}
 * @param by attributes that distinguish the parts of metrics, {@code *} for all that are kept;
 *     empty returns each metric as a whole
 * @param where values of attributes that parts of metrics must have, any one of each; they
 *     distinguish parts, too
 */
public record AnalyticsQuery(
    TimeRange range,
    Granularity granularity,
    Tenants tenants,
    Selection services,
    Selection operations,
    boolean spans,
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

  /** Each point of a series of spans has all three. */
  private static final Set<String> SPAN_METRICS = Set.of("latency", "throughput", "errors");

  /** Short names of the resource metrics that services report with their traces. */
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
    boolean spans = named.isEmpty();
    Set<String> metrics = new LinkedHashSet<>();
    for (String name : named) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (SPAN_METRICS.contains(lower)) {
        spans = true;
      }
      // A metric may have one of these names.
      metrics.add(name);
      metrics.add(fullName(name));
    }
    Set<String> by = parameters.names("by");
    Map<String, Set<String>> where = where(parameters);
    if (named.isEmpty() && !(by.isEmpty() && where.isEmpty())) {
      throw new BadParameterException(
          "Parameters 'by' and 'where' apply to metrics: add metrics, such as"
              + " metrics=jvm.memory.used or metrics=*.");
    }
    AnalyticsQuery query =
        new AnalyticsQuery(
            range,
            granularity,
            parameters.tenants(),
            distinct("services", parameters.selection("services")),
            distinct("operations", parameters.selection("operations")),
            spans,
            metrics,
            by,
            where);
    if (query.wantsTenant() && spans && !query.wantsRollUp()) {
      throw new BadParameterException(
          "Parameter 'services' accepts '*' for the merge of all operations of all services: add"
              + " '*' to operations, or leave them out.");
    }
    return query;
  }

  /** The metric of a short name such as {@code cpu}; others are names of metrics themselves. */
  public static String fullName(String name) {
    return SHORT_NAMES.getOrDefault(name.toLowerCase(Locale.ROOT), name);
  }

  private static Selection distinct(String parameter, Selection selection) {
    if (selection.isAmbiguous()) {
      throw new BadParameterException(
          ("Parameter '%s' has '*' for the merge of all and '\\*' for what has that name, which"
                  + " look alike in an answer: use one of them.")
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

  /** The merge of a tenant's services needs all of them. */
  Scope toRead() {
    Scope read = Scope.of(tenants, services);
    return wantsParts() ? read.withParts() : read;
  }

  /** Whether parts of metrics are requested, and not the metrics as a whole. */
  boolean wantsParts() {
    return !by.isEmpty() || !where.isEmpty();
  }

  /**
   * The attributes that distinguish a part; absent when it is not requested. A part without one of
   * them is distinct from those with it.
   */
  Optional<Map<String, String>> part(Map<String, String> attributes) {
    boolean ofOthers = attributes.containsKey(SeriesId.OTHER);
    Map<String, String> part = new TreeMap<>();
    for (Map.Entry<String, Set<String>> condition : where.entrySet()) {
      String value = ofOthers ? SeriesId.OTHER : attributes.getOrDefault(condition.getKey(), "");
      if (!condition.getValue().contains(value)) {
        return Optional.empty();
      }
      part.put(condition.getKey(), value);
    }
    if (by.contains("*")) {
      part.putAll(attributes);
    } else {
      for (String name : by) {
        String value = ofOthers ? SeriesId.OTHER : attributes.getOrDefault(name, "");
        if (!value.isEmpty()) {
          part.put(name, value);
        }
      }
    }
    return Optional.of(part);
  }

  boolean wantsTenant() {
    return services.all();
  }

  boolean wantsService(String service) {
    return services.isEmpty() || services.names().contains(service);
  }

  /**
   * An operation with the name "*" cannot be distinguished from the merge and is counted in it
   * only.
   */
  boolean wantsOperation(String operation) {
    return spans
        && (operations.isEmpty() || operations.names().contains(operation))
        && !(wantsRollUp() && operation.equals(SeriesId.ALL_OPERATIONS));
  }

  /** Whether metrics of one of the service's workflows are requested, too. */
  boolean wantsWorkflow(String operation) {
    return operations.isEmpty() || operations.names().contains(operation);
  }

  /** The merge of all operations of a service. */
  boolean wantsRollUp() {
    return spans && (operations.isEmpty() || operations.all());
  }

  boolean wantsMetric(String metric) {
    return metrics.contains(metric) || metrics.contains("*");
  }
}
