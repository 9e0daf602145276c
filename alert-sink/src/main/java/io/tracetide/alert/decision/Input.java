package io.tracetide.alert.decision;

import java.time.Instant;
import java.util.Objects;

/** One input of the decision about the alerts of a tenant. */
public sealed interface Input {

  /**
   * A report of an anomaly.
   *
   * @param fingerprint identifies the alert
   * @param content its texts
   * @param episode episode and revision of the report
   * @param open whether the episode is open
   * @param endsAt when the episode ended; ignored while it is open
   */
  record AnomalyReport(
      String fingerprint, AlertContent content, AlertEpisode episode, boolean open, Instant endsAt)
      implements Input {
    public AnomalyReport {
      Objects.requireNonNull(fingerprint, "fingerprint");
    }
  }

  /**
   * An alert of another system, which sends it again and again while it fires.
   *
   * @param fingerprint hash of the labels
   * @param content its texts
   * @param startsAt when it started
   * @param endsAt when it ended, or ends unless it is sent again
   */
  record ExternalReport(String fingerprint, AlertContent content, Instant startsAt, Instant endsAt)
      implements Input {}

  /** Creates, changes or expires a silence. */
  record PutSilence(AlertSilence silence) implements Input {}

  /** Acknowledges an alert. */
  record Acknowledge(String fingerprint, Acknowledgement acknowledgement) implements Input {}

  /** Withdraws the acknowledgement of an alert. */
  record Unacknowledge(String fingerprint) implements Input {}

  /** A timer is due. */
  record TimerDue(Timer timer) implements Input {}

  /** The configuration was reloaded: alerts are routed again. */
  record Reloaded() implements Input {}

  /**
   * A firing alert whose receivers were notified by a build without groups.
   *
   * @param report the newest report
   * @param peak highest severity that was notified
   */
  record Imported(AnomalyReport report, Severity peak) implements Input {}
}
