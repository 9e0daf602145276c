package io.tracetide.alert.decision;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The values of an anomaly record that the decision uses.
 *
 * @param tenant owner of the alert
 * @param fingerprint identifies the alert: the same for every episode of the same subject
 * @param episode of the report
 * @param revision increases with every record of the episode
 * @param severity current severity
 * @param open whether the episode is open
 * @param labels for routing
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
