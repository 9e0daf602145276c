package io.tracetide.standalone.check.alert;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request that the webhook has received as a whole.
 *
 * @param receiver whose request it is: the last part of the path
 * @param at when it was received
 * @param key its {@code Idempotency-Key}
 * @param group key of the group of alerts
 * @param sequence order within receiver and group
 * @param fires whether the group fires
 * @param alerts states of the alerts
 * @param omitted alerts that are counted only
 */
record Post(
    String receiver,
    Instant at,
    String key,
    String group,
    long sequence,
    boolean fires,
    List<State> alerts,
    int omitted) {

  Post {
    alerts = List.copyOf(alerts);
  }

  /**
   * An episode of an alert: from its start to its end.
   *
   * @param name value of the label {@code operation}, which is different for each alert
   * @param startsAt start of the episode
   */
  record Episode(String name, Instant startsAt) {

    /** An episode that begins now. */
    static Episode now(String name) {
      return new Episode(name, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    @Override
    public String toString() {
      return name + "@" + startsAt;
    }
  }

  /**
   * State of an alert.
   *
   * @param firing false when it is resolved
   */
  record State(Episode episode, boolean firing) {}

  static Post read(String receiver, String key, JsonNode body, Instant at) {
    List<State> alerts = new ArrayList<>();
    for (JsonNode alert : body.path("alerts")) {
      alerts.add(
          new State(
              new Episode(
                  alert.at("/labels/operation").asText(),
                  Instant.parse(alert.path("startsAt").asText())),
              isFiring(alert)));
    }
    return new Post(
        receiver,
        at,
        key,
        body.path("groupKey").asText(),
        body.path("sequence").asLong(),
        isFiring(body),
        alerts,
        body.path("truncatedAlerts").asInt());
  }

  private static boolean isFiring(JsonNode json) {
    return json.path("status").asText().equals("firing");
  }

  /** The episodes that are firing, or those that are resolved. */
  Set<Episode> episodes(boolean firing) {
    return alerts.stream()
        .filter(state -> state.firing() == firing)
        .map(State::episode)
        .collect(Collectors.toSet());
  }

  /** For people. */
  String text() {
    return "%s %s sequence %d at %s".formatted(receiver, group, sequence, at);
  }
}
