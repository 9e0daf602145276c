package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.tracetide.alert.api.view.OutcomeView;
import io.tracetide.alert.decision.Acknowledgement;
import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.decision.Member;
import io.tracetide.alert.decision.Mutes;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.alert.history.OutcomeHistory;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Timing;
import io.tracetide.alert.store.TenantReader;
import io.tracetide.runtime.config.DurationFormat;
import io.tracetide.schemas.NotificationOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The outcomes of the deliveries of an alert, and why its receivers are notified or not. */
final class ExplainCalls {
  private static final int OUTCOMES = 10;

  private final TenantReads state;
  private final SinkPeers peers;
  private final OutcomeHistory history;

  ExplainCalls(TenantReads state, SinkPeers peers, OutcomeHistory history) {
    this.state = state;
    this.peers = peers;
    this.history = history;
  }

  CompletableFuture<HttpResponse> history(ApiCall call) {
    AlertParameters given = call.parameters(AlertParameters.TENANT, "limit");
    int limit = given.number("limit", 50, history.limit());
    return answer(
        call,
        given,
        found -> {
          ObjectNode json = Replies.JSON.createObjectNode();
          json.put("fingerprint", found.alert().fingerprint());
          json.set("outcomes", outcomes(found, limit));
          return json;
        });
  }

  CompletableFuture<HttpResponse> explain(ApiCall call) {
    return answer(call, call.parameters(AlertParameters.TENANT), this::explanation);
  }

  private CompletableFuture<HttpResponse> answer(
      ApiCall call, AlertParameters given, Function<TenantReads.Found, ObjectNode> answer) {
    String fingerprint = call.path("fingerprint");
    Optional<TenantReads.Found> found = state.alert(call.tenants(), given, fingerprint);
    if (found.isPresent()) {
      return CompletableFuture.completedFuture(Replies.json(answer.apply(found.get())));
    }
    return peers
        .find(call, false)
        .thenApply(
            other ->
                other
                    .orElseThrow(() -> Replies.notFound("alert " + fingerprint + " not found"))
                    .toHttpResponse());
  }

  private ArrayNode outcomes(TenantReads.Found found, int limit) {
    ArrayNode json = Replies.JSON.createArrayNode();
    ofGroups(found)
        .limit(limit)
        .forEach(
            outcome -> json.add(Replies.JSON.<JsonNode>valueToTree(OutcomeView.json(outcome))));
    return json;
  }

  /** Outcomes of the groups of an alert, the newest first. */
  private Stream<NotificationOutcome> ofGroups(TenantReads.Found found) {
    return history.newest(history.limit()).stream().filter(outcome -> isOf(outcome, found));
  }

  private static boolean isOf(NotificationOutcome outcome, TenantReads.Found found) {
    return outcome.getTenantId().equals(found.tenant().tenant())
        && found.alert().groups().contains(outcome.getGroupKey());
  }

  private ObjectNode explanation(TenantReads.Found found) {
    TrackedAlert alert = found.alert();
    TenantReader tenant = found.tenant();
    Routing routing = state.routing();
    Instant now = state.now();
    Mutes mutes = new Mutes(routing, tenant, now);
    List<String> silencing = mutes.silencedBy(alert);
    List<AlertSilence> silences =
        tenant.silences().stream().filter(silence -> silencing.contains(silence.id())).toList();
    List<TrackedAlert> inhibitors = new ArrayList<>();
    for (String fingerprint : mutes.inhibitedBy(alert)) {
      @Nullable TrackedAlert source = tenant.alert(fingerprint);
      if (source != null) {
        inhibitors.add(source);
      }
    }

    ObjectNode json = Replies.JSON.createObjectNode();
    json.put("fingerprint", alert.fingerprint());
    json.put("tenant", tenant.tenant());
    AlertView.put(json.putObject("labels"), alert.labels());
    json.put("phase", alert.phase().name().toLowerCase(Locale.ROOT));
    times(json, alert);
    ArrayNode routes = json.putArray("routes");
    routing.root().match(alert.labels()).forEach(route -> routes.add(route(route)));
    ArrayNode groups = json.putArray("groups");
    alert.groups().stream()
        .map(tenant::group)
        .filter(group -> group != null)
        .forEach(group -> groups.add(group(routing, tenant, group, alert, now)));
    ArrayNode silencedBy = json.putArray("silencedBy");
    silences.forEach(silence -> silencedBy.add(SilenceView.json(silence, now)));
    ArrayNode inhibitedBy = json.putArray("inhibitedBy");
    for (TrackedAlert source : inhibitors) {
      ObjectNode each = inhibitedBy.addObject().put("fingerprint", source.fingerprint());
      AlertView.put(each.putObject("labels"), source.labels());
    }
    @Nullable Acknowledgement given = alert.acknowledgement();
    json.set("acknowledgement", given == null ? null : AlertView.acknowledgement(given));
    json.set("outcomes", outcomes(found, OUTCOMES));
    ArrayNode why = json.putArray("why");
    new Reasons(routing, tenant, alert, ofGroups(found).toList(), now)
        .texts(silences, inhibitors)
        .forEach(why::add);
    return json;
  }

  private static void times(ObjectNode json, TrackedAlert alert) {
    json.put("startsAt", AlertView.time(alert.times().startsAt()));
    time(json, "endsAt", alert.times().endsAt());
    json.put("updatedAt", AlertView.time(alert.times().updatedAt()));
    json.put("phaseSince", AlertView.time(alert.times().phaseSince()));
  }

  private static void time(ObjectNode json, String name, @Nullable Instant time) {
    if (time == null) {
      json.putNull(name);
    } else {
      json.put(name, AlertView.time(time));
    }
  }

  private static ObjectNode route(Route route) {
    ObjectNode json = Replies.JSON.createObjectNode();
    json.put("key", route.key());
    json.put("receiver", route.options().receiver());
    ArrayNode groupBy = json.putArray("groupBy");
    if (route.options().groupBy().all()) {
      groupBy.add("...");
    } else {
      route.options().groupBy().labels().stream().sorted().forEach(groupBy::add);
    }
    Timing timing = route.options().timing();
    json.put("groupWait", DurationFormat.print(timing.groupWait()));
    json.put("groupInterval", DurationFormat.print(timing.groupInterval()));
    json.put("repeatInterval", DurationFormat.print(timing.repeatInterval()));
    return json;
  }

  private static ObjectNode group(
      Routing routing, TenantReader tenant, AlertGroup group, TrackedAlert alert, Instant now) {
    ObjectNode json = Replies.JSON.createObjectNode();
    json.put("key", group.key());
    json.put("route", group.routeKey());
    AlertView.put(json.putObject("labels"), group.labels());
    time(json, "nextFlush", group.schedule().nextFlush());
    time(json, "nextEscalation", group.schedule().nextEscalation());
    json.put("level", group.history().level());
    time(json, "firstNotifiedAt", group.history().firstAt());
    time(json, "lastNotifiedAt", group.history().latestAt());
    AlertView.texts(json.putArray("recipients"), group.history().recipients());
    @Nullable Member member = tenant.member(group.key(), alert.fingerprint());
    json.put("notifiedOfAlert", member != null && member.notified() != null);
    @Nullable Route route = routing.route(group.routeKey());
    AlertView.texts(
        json.putArray("mutedBy"),
        route == null ? List.of() : AlertReads.mutedBy(routing, route.options(), now));
    return json;
  }
}
