package io.tracetide.alert.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import io.tracetide.alert.contract.CommandWriter;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.decision.Acknowledgement;
import io.tracetide.alert.decision.AlertSilence;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.alert.message.ActionSigner;
import io.tracetide.alert.message.SignedAction;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.store.TenantReader;
import io.tracetide.alert.topology.InputLog;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.AlertInput;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Links of messages to silence and acknowledge. Their token is the permission, and for one action
 * only. Following a link changes nothing, because programs that scan mail follow links; the button
 * of the page does.
 */
final class ActionCalls {
  private static final Map<String, Duration> DURATIONS =
      Map.of("1h", Duration.ofHours(1), "4h", Duration.ofHours(4), "24h", Duration.ofHours(24));
  private static final String DEFAULT_DURATION = "4h";
  private static final int MAX_AUTHOR = 100;
  private static final String COMMENT = "by a link in a message";

  private final TenantReads state;
  private final SinkPeers peers;
  private final InputLog inputs;
  private final Supplier<Optional<ActionSigner>> signer;

  /**
   * Links to a sink.
   *
   * @param signer verifies their tokens; empty if there are no links
   */
  ActionCalls(
      TenantReads state,
      SinkPeers peers,
      InputLog inputs,
      Supplier<Optional<ActionSigner>> signer) {
    this.state = state;
    this.peers = peers;
    this.inputs = inputs;
    this.signer = signer;
  }

  /** Shows what the button of the page will do. */
  CompletableFuture<HttpResponse> show(ApiCall call, SignedAction.Purpose purpose) {
    String token =
        QueryParams.fromQueryString(call.context().query()).get(SignedAction.PARAMETER, "");
    return CompletableFuture.completedFuture(
        signer
            .get()
            .map(key -> show(key.verify(token, purpose, state.now()), token))
            .orElseGet(ActionCalls::none));
  }

  private static HttpResponse show(Optional<SignedAction> action, String token) {
    return action.map(valid -> ActionPage.form(valid, token)).orElseGet(ActionCalls::invalid);
  }

  /** Carries out the action. */
  CompletableFuture<HttpResponse> carryOut(ApiCall call, SignedAction.Purpose purpose) {
    Optional<ActionSigner> key = signer.get();
    if (key.isEmpty()) {
      return CompletableFuture.completedFuture(none());
    }
    QueryParams form = QueryParams.fromQueryString(call.request().contentUtf8());
    Optional<SignedAction> action =
        key.get().verify(form.get(SignedAction.PARAMETER, ""), purpose, state.now());
    if (action.isEmpty()) {
      return CompletableFuture.completedFuture(invalid());
    }
    String by = form.get("by", "").strip();
    String author = by.isEmpty() ? "link" : by.substring(0, Math.min(by.length(), MAX_AUTHOR));
    return purpose == SignedAction.Purpose.SILENCE
        ? CompletableFuture.completedFuture(silence(action.get(), author, form))
        : acknowledge(call, action.get(), author);
  }

  private HttpResponse silence(SignedAction action, String author, QueryParams form) {
    Duration duration = DURATIONS.get(form.get("duration", DEFAULT_DURATION));
    List<LabelMatcher> matchers =
        action.labels().entrySet().stream()
            .map(label -> LabelMatcher.of(label.getKey(), label.getValue(), false, true))
            .toList();
    if (duration == null || matchers.stream().allMatch(m -> m.value().isEmpty())) {
      return ActionPage.text(
          HttpStatus.BAD_REQUEST, "Not silenced", "The request has no valid duration or labels.");
    }
    Instant now = state.now().truncatedTo(ChronoUnit.MICROS);
    AlertSilence silence =
        new AlertSilence(
            UUID.randomUUID().toString(),
            matchers,
            now,
            now.plus(duration),
            now,
            author,
            COMMENT,
            Collections.emptySortedMap());
    inputs.append(
        List.of(
            InputWriter.input(
                action.tenant(), now, CommandWriter.silence(action.tenant(), silence))));
    return ActionPage.text(
        HttpStatus.OK,
        "Silenced",
        "The alerts are silenced until "
            + AlertView.time(silence.endsAt())
            + " by silence "
            + silence.id()
            + ".");
  }

  private CompletableFuture<HttpResponse> acknowledge(
      ApiCall call, SignedAction action, String author) {
    Instant now = state.now().truncatedTo(ChronoUnit.MICROS);
    List<AlertInput> commands = new ArrayList<>();
    for (TenantReader tenant : state.tenants(Tenants.of(action.tenant()))) {
      tenant.forEachAlert(
          alert -> {
            if (alert.isFiring() && isSubject(alert, action)) {
              commands.add(command(action.tenant(), alert.fingerprint(), author, now));
            }
          });
    }
    if (commands.isEmpty()) {
      return peers
          .find(call, true)
          .thenApply(
              answer ->
                  answer
                      .map(other -> other.toHttpResponse())
                      .orElseGet(
                          () ->
                              ActionPage.text(
                                  HttpStatus.NOT_FOUND,
                                  "Not acknowledged",
                                  "The alerts do not fire any more.")));
    }
    inputs.append(commands);
    return CompletableFuture.completedFuture(
        ActionPage.text(
            HttpStatus.OK, "Acknowledged", "Acknowledged alerts: " + commands.size() + "."));
  }

  private static AlertInput command(String tenant, String fingerprint, String author, Instant now) {
    return InputWriter.input(
        tenant,
        now,
        CommandWriter.acknowledge(
            tenant,
            UUID.randomUUID().toString(),
            fingerprint,
            new Acknowledgement(author, COMMENT, now, null, false)));
  }

  private static boolean isSubject(TrackedAlert alert, SignedAction action) {
    return action.labels().isEmpty()
        ? action.fingerprints().contains(alert.fingerprint())
        : alert.labels().entrySet().containsAll(action.labels().entrySet());
  }

  private static HttpResponse none() {
    return ActionPage.text(
        HttpStatus.NOT_FOUND, "No links", "Links to silence and acknowledge are not configured.");
  }

  private static HttpResponse invalid() {
    return ActionPage.text(
        HttpStatus.FORBIDDEN,
        "Link not valid",
        "The link is invalid or has expired. A newer message has a valid one.");
  }
}
