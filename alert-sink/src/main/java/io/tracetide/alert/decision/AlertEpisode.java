package io.tracetide.alert.decision;

import java.time.Instant;
import java.util.Objects;

/**
 * One episode of an alert, from opening to resolution.
 *
 * @param anomalyId names it
 * @param openedAt when it opened; episodes of one subject are ordered by it
 */
public record AlertEpisode(String anomalyId, Instant openedAt) {
  public AlertEpisode {
    Objects.requireNonNull(anomalyId, "anomalyId");
    Objects.requireNonNull(openedAt, "openedAt");
  }
}
