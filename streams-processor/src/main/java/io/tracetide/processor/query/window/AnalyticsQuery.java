package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.ComparedTo;
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
 * @param extras what the answer contains beside the usual values
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
    Map<String, Set<String>> where,
    Extras extras) {
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
          "compareTo",
          "topBy",
          "limit",
          "quantiles",
          "tenant");
  static final Duration DEFAULT_RANGE = Duration.ofMinutes(15);

  /** Parameters of a single answer, which live queries do not have. */
  public static final List<String> OF_ONE_ANSWER =
      List.of("compareTo", "topBy", "limit", "quantiles");

  private static final String DISTRIBUTION = "distribution";

  /** Each point of a series of spans has the first three, and the last one when it is named. */
  private static final Set<String> SPAN_METRICS =
      Set.of("latency", "throughput", "errors", DISTRIBUTION);

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
    Optional<ComparedTo> compared = ComparedTo.parse(parameters);
    // Widths are chosen so that the earlier range is still kept in the same width.
    Instant reach = compared.map(to -> now.plus(to.distanceFrom(range))).orElse(now);
    Granularity granularity =
        parameters
            .one("granularity")
            .map(text -> Granularity.parse(text, range, tiers))
            .orElseGet(() -> Granularity.forRange(range, reach, tiers));
    Named named = Named.of(parameters.names("metrics"));
    Set<String> by = parameters.names("by");
    Map<String, Set<String>> where = where(parameters);
    if (named.metrics().isEmpty() && !(by.isEmpty() && where.isEmpty())) {
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
            named.spans(),
            named.metrics(),
            by,
            where,
            new Extras(
                Extras.quantiles(parameters),
                named.distribution(),
                compared.map(to -> EarlierWindows.of(to, range, granularity, now, tiers)),
                Top.parse(parameters, compared)));
    if (!query.spans() && query.extras().top().isPresent()) {
      throw new BadParameterException(
          "Parameter 'topBy' ranks series of spans: leave 'metrics' out, or add latency to it.");
    }
    if (query.wantsTenant() && query.spans() && !query.wantsRollUp()) {
      throw new BadParameterException(
          "Parameter 'services' accepts '*' for the merge of all operations of all services: add"
              + " '*' to operations, or leave them out.");
    }
    return query;
  }

  /** What the names of metrics mean. */
  private record Named(boolean spans, boolean distribution, Set<String> metrics) {

    static Named of(Set<String> names) {
      boolean spans = names.isEmpty();
      boolean distribution = false;
      Set<String> metrics = new LinkedHashSet<>();
      for (String name : names) {
        String lower = name.toLowerCase(Locale.ROOT);
        spans |= SPAN_METRICS.contains(lower);
        distribution |= lower.equals(DISTRIBUTION);
        // A metric may have one of these names.
        metrics.add(name);
        metrics.add(fullName(name));
      }
      return new Named(spans, distribution, metrics);
    }
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

  /** Whether only merges of the operations of services are requested, so that totals suffice. */
  boolean wantsOnlyTotals() {
    return wantsRollUp() && operations.names().isEmpty() && operations.all() && metrics.isEmpty();
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

  /**
   * The merge of all operations of a service. Where operations are ranked, their merges would come
   * first, and are returned on request only.
   */
  boolean wantsRollUp() {
    return spans && (operations.isEmpty() ? extras.top().isEmpty() : operations.all());
  }

  /** Whether it names metrics other than those of spans. */
  public boolean namesMetrics() {
    return metrics.stream().anyMatch(name -> !SPAN_METRICS.contains(name.toLowerCase(Locale.ROOT)));
  }

  /** Whether points of spans have their distribution. */
  public boolean wantsDistribution() {
    return extras.distribution();
  }

  boolean wantsMetric(String metric) {
    return metrics.contains(metric) || metrics.contains("*");
  }
}
