package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tracetide.alert.decision.Acknowledgement;
import io.tracetide.alert.decision.Mutes;
import io.tracetide.alert.decision.TrackedAlert;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An alert in Alertmanager's format.
 *
 * @param alert the alert
 * @param state unprocessed, active or suppressed
 * @param silencedBy ids of silences
 * @param inhibitedBy fingerprints of alerts
 * @param mutedBy what else mutes it: an acknowledgement, or time intervals
 * @param receivers of its routes
 */
record AlertView(
    TrackedAlert alert,
    TrackedAlert.State state,
    List<String> silencedBy,
    List<String> inhibitedBy,
    List<String> mutedBy,
    List<String> receivers) {

  /** How long a client may show an alert without an end, as in Alertmanager. */
  private static final Duration SHOWN = Duration.ofMinutes(5);

  private static final String ACKNOWLEDGEMENT = "acknowledgement";

  AlertView {
    silencedBy = List.copyOf(silencedBy);
    inhibitedBy = List.copyOf(inhibitedBy);
    mutedBy = List.copyOf(mutedBy);
    receivers = List.copyOf(receivers);
  }

  static AlertView of(TrackedAlert alert, Mutes mutes, List<String> receivers) {
    List<String> silencedBy = mutes.silencedBy(alert);
    List<String> inhibitedBy = mutes.inhibitedBy(alert);
    List<String> mutedBy = alert.isMutedUntilResolved() ? List.of(ACKNOWLEDGEMENT) : List.of();
    boolean suppressed = !silencedBy.isEmpty() || !inhibitedBy.isEmpty() || !mutedBy.isEmpty();
    TrackedAlert.State state = alert.state(() -> suppressed);
    return new AlertView(alert, state, silencedBy, inhibitedBy, mutedBy, receivers);
  }

  /** The same alert in a group that time intervals mute. */
  AlertView withMutedBy(List<String> intervals) {
    return intervals.isEmpty()
        ? this
        : new AlertView(
            alert,
            state == TrackedAlert.State.ACTIVE ? TrackedAlert.State.SUPPRESSED : state,
            silencedBy,
            inhibitedBy,
            intervals,
            receivers);
  }

  ObjectNode json(Instant now) {
    ObjectNode json = Replies.JSON.createObjectNode();
    put(json.putObject("annotations"), alert.content().annotations());
    json.put("endsAt", time(endsAt(now)));
    json.put("fingerprint", alert.fingerprint());
    ArrayNode names = json.putArray("receivers");
    receivers.forEach(name -> names.addObject().put("name", name));
    json.put("startsAt", time(alert.times().startsAt()));
    ObjectNode status = json.putObject("status");
    status.put("state", state.text());
    texts(status.putArray("silencedBy"), silencedBy);
    texts(status.putArray("inhibitedBy"), inhibitedBy);
    texts(status.putArray("mutedBy"), mutedBy);
    json.put("updatedAt", time(alert.times().updatedAt()));
    if (!alert.content().generatorUrl().isEmpty()) {
      json.put("generatorURL", alert.content().generatorUrl());
    }
    put(json.putObject("labels"), alert.labels());
    @Nullable Acknowledgement given = alert.acknowledgement();
    if (given != null) {
      json.set(ACKNOWLEDGEMENT, acknowledgement(given));
    }
    return json;
  }

  static ObjectNode acknowledgement(Acknowledgement given) {
    ObjectNode json = Replies.JSON.createObjectNode();
    json.put("by", given.by());
    json.put("comment", given.comment());
    json.put("at", time(given.at()));
    @Nullable Instant end = given.expiresAt();
    if (end == null) {
      json.putNull("expiresAt");
    } else {
      json.put("expiresAt", time(end));
    }
    json.put("muteUntilResolved", given.mutedUntilResolved());
    return json;
  }

  /** Clients count an alert whose end has passed as resolved. */
  private Instant endsAt(Instant now) {
    @Nullable Instant end = alert.times().endsAt();
    return end == null || !end.isAfter(now) ? now.plus(SHOWN) : end;
  }

  /** Milliseconds, which all clients can read. */
  static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  static void put(ObjectNode json, Map<String, String> texts) {
    texts.forEach(json::put);
  }

  static void texts(ArrayNode json, List<String> texts) {
    texts.forEach(json::add);
  }
}
