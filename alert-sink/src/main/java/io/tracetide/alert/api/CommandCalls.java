package io.tracetide.alert.api;

import com.linecorp.armeria.common.HttpResponse;
import io.tracetide.alert.contract.CommandWriter;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.decision.Acknowledgement;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.topology.InputLog;
import io.tracetide.runtime.config.DurationFormat;
import io.tracetide.schemas.AlertCommand;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Commands on one alert: acknowledge, unacknowledge, feedback. */
final class CommandCalls {
  private static final int MAX_AUTHOR = 200;
  private static final int MAX_COMMENT = 8_192;
  private static final Duration LONGEST = Duration.ofDays(366);

  private final TenantReads state;
  private final SinkPeers peers;
  private final InputLog inputs;

  CommandCalls(TenantReads state, SinkPeers peers, InputLog inputs) {
    this.state = state;
    this.peers = peers;
    this.inputs = inputs;
  }

  /**
   * A command on an alert.
   *
   * @param found the alert
   * @param body of the request
   * @param note author and comment
   * @param id of the command
   * @param now its time
   */
  private record Order(
      TenantReads.Found found, Body body, CommandWriter.Note note, String id, Instant now) {

    String tenant() {
      return found.tenant().tenant();
    }

    String fingerprint() {
      return found.alert().fingerprint();
    }
  }

  CompletableFuture<HttpResponse> acknowledge(ApiCall call) {
    return carryOut(call, CommandCalls::acknowledgement);
  }

  CompletableFuture<HttpResponse> unacknowledge(ApiCall call) {
    return carryOut(
        call,
        order ->
            CommandWriter.unacknowledge(
                order.tenant(), order.id(), order.now(), order.fingerprint(), order.note()));
  }

  CompletableFuture<HttpResponse> feedback(ApiCall call) {
    return carryOut(call, CommandCalls::judgement);
  }

  private CompletableFuture<HttpResponse> carryOut(
      ApiCall call, Function<Order, AlertCommand> command) {
    CrossSite.check(call);
    AlertParameters given = call.parameters(AlertParameters.TENANT);
    String fingerprint = call.path("fingerprint");
    Optional<TenantReads.Found> found = state.alert(call.tenants(), given, fingerprint);
    if (found.isEmpty()) {
      return peers
          .find(call, true)
          .thenApply(
              answer ->
                  answer
                      .orElseThrow(() -> Replies.notFound("alert " + fingerprint + " not found"))
                      .toHttpResponse());
    }
    AlertCommand issued;
    try {
      Body body = new Body(call.json());
      String author = body.text("by", MAX_AUTHOR);
      author = author.isBlank() ? body.text("createdBy", MAX_AUTHOR) : author;
      CommandWriter.Note note =
          new CommandWriter.Note(
              PostedSilence.required(author, "by"), body.text("comment", MAX_COMMENT));
      issued =
          command.apply(
              new Order(
                  found.get(),
                  body,
                  note,
                  UUID.randomUUID().toString(),
                  state.now().truncatedTo(ChronoUnit.MICROS)));
    } catch (IllegalArgumentException e) {
      throw Replies.badRequest(String.valueOf(e.getMessage()));
    }
    inputs.append(List.of(InputWriter.input(issued.getTenantId(), issued.getIssuedAt(), issued)));
    return CompletableFuture.completedFuture(Replies.json(Map.of("id", issued.getId())));
  }

  private static AlertCommand acknowledgement(Order order) {
    if (order.found().alert().phase() == Phase.RESOLVED) {
      throw new IllegalArgumentException("the alert is resolved");
    }
    Body body = order.body();
    Optional<Instant> expiresAt = body.time("expiresAt");
    String duration = body.text("duration", 64);
    if (expiresAt.isPresent() && !duration.isEmpty()) {
      throw new IllegalArgumentException("either duration or expiresAt");
    }
    if (!duration.isEmpty()) {
      Duration length =
          DurationFormat.parse(duration)
              .filter(given -> given.compareTo(Duration.ZERO) > 0 && given.compareTo(LONGEST) <= 0)
              .orElseThrow(
                  () -> new IllegalArgumentException("duration must be a time such as 4h"));
      expiresAt = Optional.of(order.now().plus(length));
    }
    if (expiresAt.isPresent() && !expiresAt.get().isAfter(order.now())) {
      throw new IllegalArgumentException("expiresAt must be in the future");
    }
    return CommandWriter.acknowledge(
        order.tenant(),
        order.id(),
        order.fingerprint(),
        new Acknowledgement(
            order.note().by(),
            order.note().comment(),
            order.now(),
            expiresAt.orElse(null),
            body.flag("muteUntilResolved", false)));
  }

  private static AlertCommand judgement(Order order) {
    String anomalyId = order.body().text("anomalyId", 200);
    if (anomalyId.isEmpty()) {
      anomalyId = order.found().alert().episode().anomalyId();
    }
    if (anomalyId.isEmpty()) {
      throw new IllegalArgumentException(
          "the alert is of another system, feedback is for anomalies");
    }
    String verdict = order.body().text("verdict", 64);
    boolean truePositive =
        switch (verdict) {
          case "true_positive" -> true;
          case "false_positive" -> false;
          default ->
              throw new IllegalArgumentException("verdict must be true_positive or false_positive");
        };
    return CommandWriter.feedback(
        order.tenant(), order.id(), order.now(), anomalyId, truePositive, order.note());
  }
}
