package io.tracetide.alert.decision;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The part of an anomaly record that is decided on.
 *
 * @param tenant owner of the alert
 * @param fingerprint names the alert: the same for every episode of the same subject
 * @param episode the episode it speaks of
 * @param revision rises with every record of the episode
 * @param severity how much it matters now
 * @param open whether the episode still goes on
 * @param labels what alerts are routed by
 */
public record AnomalyReport(
    String tenant,
    String fingerprint,
    AlertEpisode episode,
    int revision,
    Severity severity,
    boolean open,
    Map<String, String> labels) {

  public AnomalyReport {
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(episode, "episode");
    Objects.requireNonNull(severity, "severity");
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /**
   * Whether this report is of a later episode, or has a higher revision of the same one.
   * Duplicates, re-deliveries and reordered reports are not newer.
   */
  boolean isNewerThan(AlertEpisode known, int knownRevision) {
    int order = episode.openedAt().compareTo(known.openedAt());
    return order > 0 || (order == 0 && revision > knownRevision);
  }

  boolean isOf(AlertEpisode known) {
    return episode.equals(known);
  }

  /** The group of alerts that are notified together; every alert is a group of its own so far. */
  String groupKey() {
    return "{fingerprint=\"" + fingerprint + "\"}";
  }
}
