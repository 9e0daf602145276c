package io.tracetide.alert.decision;

import org.jspecify.annotations.Nullable;

/**
 * Membership of an alert in a group.
 *
 * @param fingerprint of the alert
 * @param notified as what it was last notified; null if it was not
 */
public record Member(String fingerprint, @Nullable Notified notified) {

  /**
   * The state in which an alert was notified as firing.
   *
   * @param severity highest severity that was notified in the episode
   * @param anomalyId the episode; empty for an alert of another system
   */
  public record Notified(Severity severity, String anomalyId) {}

  boolean isNotified() {
    return notified != null;
  }

  /** Whether a firing alert is new to the receivers: not notified, more severe, or begun again. */
  boolean isNews(TrackedAlert alert) {
    return notified == null
        || alert.severity().compareTo(notified.severity()) > 0
        || !alert.episode().anomalyId().equals(notified.anomalyId());
  }
}
