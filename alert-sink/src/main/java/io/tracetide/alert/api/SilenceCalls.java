package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpResponse;
import io.tracetide.alert.contract.CommandWriter;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.store.TenantReader;
import io.tracetide.alert.topology.InputLog;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.AlertInput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads and changes silences, in Alertmanager's format. */
final class SilenceCalls {
  private final TenantReads state;
  private final SinkPeers peers;
  private final InputLog inputs;

  SilenceCalls(TenantReads state, SinkPeers peers, InputLog inputs) {
    this.state = state;
    this.peers = peers;
    this.inputs = inputs;
  }

  /**
   * A silence and its tenant.
   *
   * @param tenant name of its tenant
   * @param silence the silence
   */
  private record Found(String tenant, AlertSilence silence) {}

  CompletableFuture<HttpResponse> list(ApiCall call) {
    AlertParameters given = call.parameters("filter", "active", "pending", "expired");
    List<LabelMatcher> filters = given.filters();
    boolean active = given.flag("active");
    boolean pending = given.flag("pending");
    boolean expired = given.flag("expired");
    CompletableFuture<List<JsonNode>> others = peers.read(call);
    Instant now = state.now();
    List<JsonNode> found = new ArrayList<>();
    for (TenantReader tenant : state.tenants(call.tenants())) {
      for (AlertSilence silence : tenant.silences()) {
        boolean included =
            switch (silence.state(now)) {
              case ACTIVE -> active;
              case PENDING -> pending;
              case EXPIRED -> expired;
            };
        // As in Alertmanager, a filter selects the silences that have it as a matcher.
        if (included && silence.matchers().containsAll(filters)) {
          found.add(SilenceView.json(silence, now));
        }
      }
    }
    return AlertReads.merged(found, others, SilenceView.ORDER);
  }

  CompletableFuture<HttpResponse> get(ApiCall call) {
    AlertParameters given = call.parameters(AlertParameters.TENANT);
    String id = call.path("id");
    return find(call.tenants(), given, id)
        .map(found -> done(Replies.json(SilenceView.json(found.silence(), state.now()))))
        .orElseGet(() -> elsewhere(call, id, false));
  }

  CompletableFuture<HttpResponse> post(ApiCall call) {
    CrossSite.check(call);
    AlertParameters given = call.parameters(AlertParameters.TENANT);
    Instant now = state.now();
    AlertSilence wanted = PostedSilence.read(call.json(), now);
    if (wanted.id().isEmpty()) {
      String tenant =
          WriteTenant.of(
              call.tenants(), given.text(AlertParameters.TENANT), PostedSilence.tenant(wanted));
      return done(put(tenant, PostedSilence.created(wanted, now), List.of()));
    }
    Optional<Found> known = find(call.tenants(), given, wanted.id());
    return known
        .map(found -> done(replace(found, wanted, now)))
        .orElseGet(() -> elsewhere(call, wanted.id(), true));
  }

  /** Changes a silence, or ends it and creates another where Alertmanager does. */
  private HttpResponse replace(Found known, AlertSilence wanted, Instant now) {
    if (PostedSilence.canUpdate(known.silence(), wanted, now)) {
      return put(known.tenant(), wanted, List.of());
    }
    List<AlertSilence> ended =
        known.silence().state(now) == AlertSilence.State.EXPIRED
            ? List.of()
            : List.of(PostedSilence.expired(known.silence(), now));
    return put(known.tenant(), PostedSilence.created(wanted, now), ended);
  }

  private HttpResponse put(String tenant, AlertSilence silence, List<AlertSilence> ended) {
    // The new silence first, so that no alert is notified between the two.
    List<AlertInput> commands = new ArrayList<>();
    commands.add(input(tenant, silence));
    ended.forEach(each -> commands.add(input(tenant, each)));
    inputs.append(commands);
    return Replies.json(Map.of("silenceID", silence.id()));
  }

  private static AlertInput input(String tenant, AlertSilence silence) {
    return InputWriter.input(tenant, silence.updatedAt(), CommandWriter.silence(tenant, silence));
  }

  CompletableFuture<HttpResponse> delete(ApiCall call) {
    CrossSite.check(call);
    AlertParameters given = call.parameters(AlertParameters.TENANT);
    String id = call.path("id");
    Optional<Found> known = find(call.tenants(), given, id);
    if (known.isEmpty()) {
      return elsewhere(call, id, true);
    }
    Instant now = state.now();
    if (known.get().silence().state(now) != AlertSilence.State.EXPIRED) {
      AlertSilence ended = PostedSilence.expired(known.get().silence(), now);
      inputs.append(List.of(input(known.get().tenant(), ended)));
    }
    return done(Replies.empty());
  }

  private Optional<Found> find(Tenants permitted, AlertParameters given, String id) {
    for (TenantReader tenant : state.tenants(permitted, given)) {
      for (AlertSilence silence : tenant.silences()) {
        if (silence.id().equals(id)) {
          return Optional.of(new Found(tenant.tenant(), silence));
        }
      }
    }
    return Optional.empty();
  }

  /** The answer of the instance that has the silence. */
  private CompletableFuture<HttpResponse> elsewhere(ApiCall call, String id, boolean writes) {
    return peers
        .find(call, writes)
        .thenApply(
            answer ->
                answer
                    .orElseThrow(() -> Replies.notFound("silence " + id + " not found"))
                    .toHttpResponse());
  }

  private static CompletableFuture<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
