package io.tracetide.alert.api;

import com.linecorp.armeria.common.HttpResponse;
import io.tracetide.alert.contract.CommandWriter;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.decision.Acknowledgement;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.topology.InputLog;
import io.tracetide.runtime.config.DurationFormat;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Verdict;
import io.tracetide.schemas.serde.AvroDecoder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Commands on one alert: acknowledge, unacknowledge, judge its anomaly. */
final class CommandCalls {
  private static final int MAX_AUTHOR = 200;
  private static final int MAX_COMMENT = 8_192;
  private static final Duration LONGEST = Duration.ofDays(366);

  private final TenantReads state;
  private final SinkPeers peers;
  private final InputLog inputs;
  private final AvroDecoder<Anomaly> anomalies;

  CommandCalls(
      TenantReads state, SinkPeers peers, InputLog inputs, AvroDecoder<Anomaly> anomalies) {
    this.state = state;
    this.peers = peers;
    this.inputs = inputs;
    this.anomalies = anomalies;
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
    return carryOut(call, this::judgement);
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
    Optional<Instant> expiresAt = end(order, "expiresAt");
    return CommandWriter.acknowledge(
        order.tenant(),
        order.id(),
        order.fingerprint(),
        new Acknowledgement(
            order.note().by(),
            order.note().comment(),
            order.now(),
            expiresAt.orElse(null),
            order.body().flag("muteUntilResolved", false)));
  }

  /** The end of a command, given as a time or by {@code duration}; empty if it has none. */
  private static Optional<Instant> end(Order order, String name) {
    Optional<Instant> end = order.body().time(name);
    String duration = order.body().text("duration", 64);
    if (end.isPresent() && !duration.isEmpty()) {
      throw new IllegalArgumentException("either duration or " + name);
    }
    if (!duration.isEmpty()) {
      Duration length =
          DurationFormat.parse(duration)
              .filter(given -> given.compareTo(Duration.ZERO) > 0 && given.compareTo(LONGEST) <= 0)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "duration must be a time such as 4h, at most 366d"));
      end = Optional.of(order.now().plus(length));
    }
    if (end.isPresent() && !end.get().isAfter(order.now())) {
      throw new IllegalArgumentException(name + " must be in the future");
    }
    return end;
  }

  private AlertCommand judgement(Order order) {
    byte @Nullable [] stored = order.found().tenant().anomaly(order.fingerprint());
    if (stored == null) {
      throw new IllegalArgumentException(
          "the alert is of another system, feedback is for anomalies");
    }
    Anomaly anomaly = anomalies.decode(stored);
    String wanted = order.body().text("anomalyId", 200);
    if (!wanted.isEmpty() && !wanted.equals(anomaly.getAnomalyId())) {
      throw new IllegalArgumentException(
          "anomalyId is not that of the alert, which is now " + anomaly.getAnomalyId());
    }
    Verdict verdict = verdict(order.body().text("verdict", 64));
    Optional<Instant> until = end(order, "until");
    if (until.isPresent() != (verdict == Verdict.EXPECTED)) {
      throw new IllegalArgumentException(
          "until or duration is required with the verdict expected, and refused with others");
    }
    return CommandWriter.feedback(
        order.tenant(),
        order.id(),
        order.now(),
        CommandWriter.feedback(anomaly, verdict, until.orElse(null), order.note()));
  }

  private static Verdict verdict(String text) {
    return switch (text) {
      case "true_positive" -> Verdict.TRUE_POSITIVE;
      case "false_positive" -> Verdict.FALSE_POSITIVE;
      case "expected" -> Verdict.EXPECTED;
      default ->
          throw new IllegalArgumentException(
              "verdict must be true_positive, false_positive or expected");
    };
  }
}
