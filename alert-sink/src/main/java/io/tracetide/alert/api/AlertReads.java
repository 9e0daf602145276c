package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.Mutes;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.store.TenantReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The alerts and their groups, in Alertmanager's format. */
final class AlertReads {
  private static final Comparator<JsonNode> BY_FINGERPRINT =
      Comparator.comparing(alert -> alert.path("fingerprint").asText());

  /** Alertmanager's order: by number of labels, their names and values, then by receiver. */
  private static final Comparator<JsonNode> BY_LABELS =
      Comparator.comparing((JsonNode group) -> group.path("labels").size())
          .thenComparing(group -> group.path("labels").toString())
          .thenComparing(group -> group.path("receiver").path("name").asText());

  private static final String SEVERITY = "severity";

  private final TenantReads state;
  private final SinkPeers peers;

  AlertReads(TenantReads state, SinkPeers peers) {
    this.state = state;
    this.peers = peers;
  }

  /**
   * What a request selects.
   *
   * @param active whether active alerts are included, as of each of the others
   * @param filters all of which must match the labels
   * @param receivers selects the receivers of an alert
   */
  private record Selection(
      boolean active,
      boolean silenced,
      boolean inhibited,
      boolean unprocessed,
      List<LabelMatcher> filters,
      Predicate<List<String>> receivers) {

    static Selection of(AlertParameters given) {
      return new Selection(
          given.flag("active"),
          given.flag("silenced"),
          given.flag("inhibited"),
          given.flag("unprocessed"),
          given.filters(),
          given.receivers());
    }

    /** Whether an alert is not left out because of its labels; known before its view is made. */
    boolean mayInclude(TrackedAlert alert) {
      return filters.stream().allMatch(filter -> filter.matches(alert.labels()));
    }

    /**
     * Whether alerts of a group may be included. They have the labels by which they are grouped;
     * only their severity may be another one than when they were.
     */
    boolean mayInclude(AlertGroup group) {
      return filters.stream()
          .filter(filter -> !filter.label().equals(SEVERITY))
          .filter(filter -> group.labels().containsKey(filter.label()))
          .allMatch(filter -> filter.matches(group.labels()));
    }

    /** Whether the alert is included, if {@link #mayInclude} is true. */
    boolean includes(AlertView view) {
      return (active || view.state() != TrackedAlert.State.ACTIVE)
          && (silenced || view.silencedBy().isEmpty())
          && (inhibited || view.inhibitedBy().isEmpty())
          && (unprocessed || view.state() != TrackedAlert.State.UNPROCESSED);
    }
  }

  CompletableFuture<HttpResponse> alerts(ApiCall call) {
    Selection selection =
        Selection.of(
            call.parameters(
                "active", "silenced", "inhibited", "unprocessed", "filter", "receiver"));
    CompletableFuture<List<JsonNode>> others = peers.read(call);
    Routing routing = state.routing();
    Instant now = state.now();
    List<JsonNode> found = new ArrayList<>();
    AnswerLimit limit = new AnswerLimit(call);
    for (TenantReader tenant : state.tenants(call.tenants())) {
      Mutes mutes = new Mutes(routing, tenant, now);
      tenant.forEachAlert(
          alert -> {
            limit.look();
            if (alert.phase() != Phase.RESOLVED && selection.mayInclude(alert)) {
              AlertView view = AlertView.of(alert, mutes, receivers(routing, alert));
              if (selection.includes(view) && selection.receivers().test(view.receivers())) {
                limit.add(alert);
                found.add(view.json(now));
              }
            }
          });
    }
    return merged(found, others, BY_FINGERPRINT);
  }

  static CompletableFuture<HttpResponse> merged(
      List<JsonNode> here, CompletableFuture<List<JsonNode>> others, Comparator<JsonNode> order) {
    return others.thenApply(
        there -> Replies.json(Stream.concat(here.stream(), there.stream()).sorted(order).toList()));
  }

  /** Names of the receivers of the routes of an alert. */
  static List<String> receivers(Routing routing, TrackedAlert alert) {
    return routing.root().match(alert.labels()).stream()
        .map(route -> route.options().receiver())
        .distinct()
        .toList();
  }

  CompletableFuture<HttpResponse> groups(ApiCall call) {
    AlertParameters given =
        call.parameters(
            "active", "silenced", "inhibited", "unprocessed", "muted", "filter", "receiver");
    Selection selection = Selection.of(given);
    boolean muted = given.flag("muted");
    AnswerLimit limit = new AnswerLimit(call);
    CompletableFuture<List<JsonNode>> others = peers.read(call);
    Routing routing = state.routing();
    Instant now = state.now();
    List<JsonNode> found = new ArrayList<>();
    for (TenantReader tenant : state.tenants(call.tenants())) {
      Mutes mutes = new Mutes(routing, tenant, now);
      for (AlertGroup group : tenant.groups()) {
        @Nullable Route route = routing.route(group.routeKey());
        if (route != null
            && selection.mayInclude(group)
            && selection.receivers().test(List.of(route.options().receiver()))) {
          List<String> intervals = mutedBy(routing, route.options(), now);
          List<AlertView> views =
              views(tenant, group, routing, mutes, selection, limit).stream()
                  .map(view -> view.withMutedBy(intervals))
                  .filter(selection::includes)
                  .toList();
          boolean loud = views.stream().anyMatch(v -> v.state() != TrackedAlert.State.SUPPRESSED);
          if (!views.isEmpty() && (muted || loud)) {
            found.add(json(group, route, views, now));
          }
        }
      }
    }
    return merged(found, others, BY_LABELS);
  }

  private static List<AlertView> views(
      TenantReader tenant,
      AlertGroup group,
      Routing routing,
      Mutes mutes,
      Selection selection,
      AnswerLimit limit) {
    @Nullable Route route = routing.route(group.routeKey());
    List<AlertView> views = new ArrayList<>();
    for (var member : tenant.members(group.key())) {
      limit.look();
      @Nullable TrackedAlert alert = tenant.alert(member.fingerprint());
      if (alert != null
          && alert.isFiring()
          && selection.mayInclude(alert)
          && group.isMadeBy(route, alert.labels())) {
        limit.add(alert);
        views.add(AlertView.of(alert, mutes, receivers(routing, alert)));
      }
    }
    return views;
  }

  /** Names of the time intervals because of which a route notifies of nothing; none if it does. */
  static List<String> mutedBy(Routing routing, RouteOptions route, Instant now) {
    if (!routing.isMuted(route, now)) {
      return List.of();
    }
    List<String> muting =
        route.muteTimeIntervals().stream()
            .filter(
                name ->
                    routing.timeIntervals().getOrDefault(name, List.of()).stream()
                        .anyMatch(interval -> interval.contains(now)))
            .toList();
    return muting.isEmpty() ? route.activeTimeIntervals() : muting;
  }

  private static ObjectNode json(
      AlertGroup group, Route route, List<AlertView> views, Instant now) {
    ObjectNode json = Replies.JSON.createObjectNode();
    ArrayNode alerts = json.putArray("alerts");
    views.forEach(view -> alerts.add(view.json(now)));
    AlertView.put(json.putObject("labels"), new TreeMap<>(group.labels()));
    json.putObject("receiver").put("name", route.options().receiver());
    return json;
  }
}
