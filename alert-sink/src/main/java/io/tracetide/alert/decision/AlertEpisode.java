package io.tracetide.alert.decision;

import java.time.Instant;
import java.util.Objects;

/**
 * One episode of an alert, from opening to resolution.
 *
 * @param anomalyId its id
 * @param openedAt time of its opening, by which episodes of one subject are ordered
 */
public record AlertEpisode(String anomalyId, Instant openedAt) {
  public AlertEpisode {
    Objects.requireNonNull(anomalyId, "anomalyId");
    Objects.requireNonNull(openedAt, "openedAt");
  }
}
