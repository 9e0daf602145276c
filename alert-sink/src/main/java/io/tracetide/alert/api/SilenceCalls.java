package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpResponse;
import io.tracetide.alert.contract.CommandWriter;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.decision.Silence;
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
  private final Peers peers;
  private final InputLog inputs;

  SilenceCalls(TenantReads state, Peers peers, InputLog inputs) {
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
  private record Found(String tenant, Silence silence) {}

  CompletableFuture<HttpResponse> list(ApiCall call) {
    Parameters given = call.parameters("filter", "active", "pending", "expired");
    List<LabelMatcher> filters = given.filters();
    boolean active = given.flag("active");
    boolean pending = given.flag("pending");
    boolean expired = given.flag("expired");
    CompletableFuture<List<JsonNode>> others = peers.read(call);
    Instant now = state.now();
    List<JsonNode> found = new ArrayList<>();
    for (TenantReader tenant : state.tenants(call.tenants())) {
      for (Silence silence : tenant.silences()) {
        boolean included =
            switch (silence.state(now)) {
              case ACTIVE -> active;
              case PENDING -> pending;
              case EXPIRED -> expired;
            };
        if (included && SilenceView.isSelected(silence, filters)) {
          found.add(SilenceView.json(silence, now));
        }
      }
    }
    return AlertReads.merged(found, others, SilenceView.ORDER);
  }

  CompletableFuture<HttpResponse> get(ApiCall call) {
    Parameters given = call.parameters(Parameters.TENANT);
    String id = call.path("id");
    return find(call.tenants(), given, id)
        .map(found -> done(Replies.json(SilenceView.json(found.silence(), state.now()))))
        .orElseGet(() -> elsewhere(call, id, false));
  }

  CompletableFuture<HttpResponse> post(ApiCall call) {
    CrossSite.check(call);
    Parameters given = call.parameters(Parameters.TENANT);
    Instant now = state.now();
    Silence wanted = PostedSilence.read(call.json(), now);
    if (wanted.id().isEmpty()) {
      String tenant =
          WriteTenant.of(
              call.tenants(), given.text(Parameters.TENANT), PostedSilence.tenant(wanted));
      return done(put(tenant, PostedSilence.created(wanted, now), List.of()));
    }
    Optional<Found> known = find(call.tenants(), given, wanted.id());
    return known
        .map(found -> done(replace(found, wanted, now)))
        .orElseGet(() -> elsewhere(call, wanted.id(), true));
  }

  /** Changes a silence, or ends it and creates another where Alertmanager does. */
  private HttpResponse replace(Found known, Silence wanted, Instant now) {
    if (PostedSilence.canUpdate(known.silence(), wanted, now)) {
      return put(known.tenant(), wanted, List.of());
    }
    List<Silence> ended =
        known.silence().state(now) == Silence.State.EXPIRED
            ? List.of()
            : List.of(PostedSilence.expired(known.silence(), now));
    return put(known.tenant(), PostedSilence.created(wanted, now), ended);
  }

  private HttpResponse put(String tenant, Silence silence, List<Silence> ended) {
    // The new silence first, so that no alert is notified between the two.
    List<AlertInput> commands = new ArrayList<>();
    commands.add(input(tenant, silence));
    ended.forEach(each -> commands.add(input(tenant, each)));
    inputs.append(commands);
    return Replies.json(Map.of("silenceID", silence.id()));
  }

  private static AlertInput input(String tenant, Silence silence) {
    return InputWriter.input(tenant, silence.updatedAt(), CommandWriter.silence(tenant, silence));
  }

  CompletableFuture<HttpResponse> delete(ApiCall call) {
    CrossSite.check(call);
    Parameters given = call.parameters(Parameters.TENANT);
    String id = call.path("id");
    Optional<Found> known = find(call.tenants(), given, id);
    if (known.isEmpty()) {
      return elsewhere(call, id, true);
    }
    Instant now = state.now();
    if (known.get().silence().state(now) != Silence.State.EXPIRED) {
      Silence ended = PostedSilence.expired(known.get().silence(), now);
      inputs.append(List.of(input(known.get().tenant(), ended)));
    }
    return done(Replies.empty());
  }

  private Optional<Found> find(Tenants permitted, Parameters given, String id) {
    for (TenantReader tenant : state.tenants(permitted, given)) {
      for (Silence silence : tenant.silences()) {
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
