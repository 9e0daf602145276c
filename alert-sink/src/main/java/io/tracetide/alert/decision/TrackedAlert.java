package io.tracetide.alert.decision;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One alert of a tenant.
 *
 * @param fingerprint identifies it: that of the anomaly, or the hash of the labels
 * @param content its texts
 * @param phase its phase
 * @param times its times
 * @param episode the newest episode and revision of an anomaly; {@link AlertEpisode#NONE} for an
 *     alert of another system
 * @param acknowledgement its acknowledgement, or null
 * @param groups keys of the groups that it is a member of
 * @param due when its timer is due; null for no timer
 */
public record TrackedAlert(
    String fingerprint,
    AlertContent content,
    Phase phase,
    AlertTimes times,
    AlertEpisode episode,
    @Nullable Acknowledgement acknowledgement,
    SortedSet<String> groups,
    @Nullable Instant due) {

  /** Alertmanager's states of an alert that is not over, with their names. */
  public enum State {
    UNPROCESSED("unprocessed"),
    ACTIVE("active"),
    SUPPRESSED("suppressed");

    private final String text;

    State(String text) {
      this.text = text;
    }

    /** Its name in the API and as a label of meters. */
    public String text() {
      return text;
    }
  }

  public TrackedAlert {
    groups = Collections.unmodifiableSortedSet(new TreeSet<>(groups));
  }

  public SortedMap<String, String> labels() {
    return content.labels();
  }

  public Severity severity() {
    return content.severity();
  }

  public boolean isFiring() {
    return phase.isFiring();
  }

  /**
   * Its state: a pending alert is unprocessed.
   *
   * @param muted whether receivers are not notified that it fires; only evaluated if it is not
   *     pending
   */
  public State state(BooleanSupplier muted) {
    if (phase == Phase.PENDING) {
      return State.UNPROCESSED;
    }
    return muted.getAsBoolean() ? State.SUPPRESSED : State.ACTIVE;
  }

  public boolean isAcknowledged() {
    return acknowledgement != null;
  }

  public boolean isMutedUntilResolved() {
    return acknowledgement != null && acknowledgement.mutedUntilResolved();
  }

  /** The same without the texts that receivers are shown, for lists of many alerts. */
  TrackedAlert withoutTexts() {
    return new TrackedAlert(
        fingerprint, content.severityOnly(), phase, times, episode, acknowledgement, groups, due);
  }

  TrackedAlert withPhase(Phase next, AlertTimes nextTimes) {
    return new TrackedAlert(
        fingerprint, content, next, nextTimes, episode, acknowledgement, groups, due);
  }

  TrackedAlert withAcknowledgement(@Nullable Acknowledgement next) {
    return new TrackedAlert(fingerprint, content, phase, times, episode, next, groups, due);
  }

  TrackedAlert withGroups(SortedSet<String> next) {
    return new TrackedAlert(
        fingerprint, content, phase, times, episode, acknowledgement, next, due);
  }

  TrackedAlert withDue(@Nullable Instant next) {
    return new TrackedAlert(
        fingerprint, content, phase, times, episode, acknowledgement, groups, next);
  }
}
