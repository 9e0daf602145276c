package io.tracetide.processor.query.live.view;

import io.tracetide.processor.query.anomaly.AnomalyQuery;
import io.tracetide.processor.query.anomaly.AnomalySearch;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.trace.CursorSeal;
import io.tracetide.processor.query.trace.TraceListQuery;
import io.tracetide.processor.query.trace.TraceSearch;
import io.tracetide.processor.query.window.Analytics;
import io.tracetide.processor.query.window.AnalyticsQuery;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the views of live queries from their parameters, which are those of the queries without
 * changes, except for the ones that select a past or a page.
 *
 * @param tiers tiers of windows, the finest first
 * @param traces empty when traces in flight are not followed
 */
public record LiveViews(
    Analytics analytics,
    AnomalySearch anomalies,
    Optional<TraceSearch> traces,
    CursorSeal cursors,
    List<WindowTier> tiers) {
  private static final List<String> OF_METRICS =
      without(
          without(AnalyticsQuery.PARAMETERS, "from", "to"),
          AnalyticsQuery.OF_ONE_ANSWER.toArray(String[]::new));
  private static final List<String> OF_ANOMALIES = without(AnomalyQuery.PARAMETERS, "from", "to");
  private static final List<String> OF_TRACES =
      without(TraceListQuery.PARAMETERS, "olderThan", "cursor");

  public LiveViews {
    tiers = List.copyOf(tiers);
  }

  private static List<String> without(List<String> names, String... others) {
    return names.stream().filter(name -> !List.of(others).contains(name)).toList();
  }

  /** The tier of the windows that change. */
  public WindowTier base() {
    return tiers.get(0);
  }

  /** Names of the parameters of a topic. */
  public static List<String> parameters(LiveTopic topic) {
    return switch (topic) {
      case METRICS -> OF_METRICS;
      case ANOMALIES -> OF_ANOMALIES;
      case TRACES -> OF_TRACES;
    };
  }

  /**
   * The view of some parameters.
   *
   * @param allowed tenants that the caller has access to
   * @throws BadParameterException when a parameter is not accepted
   * @throws io.tracetide.processor.query.request.UnknownTenantException when the caller has no
   *     access to the tenant
   */
  public LiveView view(
      LiveTopic topic, Map<String, List<String>> values, Tenants allowed, Instant now) {
    Parameters parameters = Parameters.of(values, parameters(topic), allowed);
    return switch (topic) {
      case METRICS -> new MetricsView(time -> metrics(parameters, time), analytics, base(), now);
      case ANOMALIES ->
          new AnomaliesView(time -> AnomalyQuery.parse(parameters, time), anomalies, now);
      case TRACES ->
          new TracesView(
              TraceListQuery.parse(parameters, now, cursors),
              traces.orElseThrow(
                  () ->
                      new BadParameterException(
                          "Traces are not followed: processor.ledger.enabled is false.")));
    };
  }

  /** All clients get the same points, without what each would have to read for itself. */
  private AnalyticsQuery metrics(Parameters parameters, Instant time) {
    AnalyticsQuery query = AnalyticsQuery.parse(parameters, time, tiers);
    if (query.wantsDistribution()) {
      throw BadParameterException.rejected(
          "metrics", "distribution", "request distributions from /monitoring/analytics");
    }
    return query;
  }
}
