package io.tracetide.alert.decision;

import java.time.Instant;
import java.util.Objects;

/**
 * One episode of an anomaly, from opening to resolution, and its newest report.
 *
 * @param anomalyId its id; empty for an alert of another system
 * @param openedAt time of its opening, by which episodes of one subject are ordered
 * @param revision of the newest report
 */
public record AlertEpisode(String anomalyId, Instant openedAt, int revision) {
  /** The episode of an alert of another system. */
  public static final AlertEpisode NONE = new AlertEpisode("", Instant.EPOCH, 0);

  public AlertEpisode {
    Objects.requireNonNull(anomalyId, "anomalyId");
    Objects.requireNonNull(openedAt, "openedAt");
  }

  /** Whether this is a later episode, or a later report of the same one. */
  boolean isNewerThan(AlertEpisode known) {
    int order = openedAt.compareTo(known.openedAt);
    return order > 0 || (order == 0 && revision > known.revision);
  }

  /** Whether both are reports of one episode. */
  boolean isSameAs(AlertEpisode other) {
    return anomalyId.equals(other.anomalyId) && openedAt.equals(other.openedAt);
  }
}
