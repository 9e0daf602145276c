package io.tracetide.alert.decision;

import io.tracetide.alert.decision.Input.AnomalyReport;
import io.tracetide.alert.decision.Input.ExternalReport;
import io.tracetide.alert.route.AlertPolicy;
import io.tracetide.alert.route.Routing;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The phases of one alert:
 *
 * <pre>
 *            report                    pendingFor passed
 *  unknown ─────────▶ PENDING ─────────────────────────▶ FIRING ◀────────┐ report
 *                        │ end                             │ end         │
 *                        ▼                                 ▼             │
 *                     RESOLVED ◀──────────────────────── RECOVERING ─────┘
 *                                   recoverFor passed
 * </pre>
 *
 * A duration of zero skips its phase. Pure: each method returns the alert afterwards.
 */
final class AlertLifecycle {
  /**
   * How long a resolved anomaly is kept, so that a report that arrives again or late is recognized
   * as old.
   */
  static final Duration KEEP_RESOLVED = Duration.ofHours(24);

  private final Routing routing;

  AlertLifecycle(Routing routing) {
    this.routing = routing;
  }

  /** The alert after a report of an anomaly; the same instance if the report is not newer. */
  @Nullable TrackedAlert on(@Nullable TrackedAlert known, AnomalyReport report, Instant now) {
    if (known != null && !report.episode().isNewerThan(known.episode())) {
      return known;
    }
    boolean sameEpisode =
        known != null
            && known.phase() != Phase.RESOLVED
            && (known.phase() == Phase.RECOVERING || report.episode().isSameAs(known.episode()));
    Instant startsAt =
        sameEpisode && known != null ? known.times().startsAt() : report.episode().openedAt();
    TrackedAlert reported =
        new TrackedAlert(
            report.fingerprint(),
            report.content(),
            known == null ? Phase.RESOLVED : known.phase(),
            new AlertTimes(startsAt, null, now, known == null ? now : known.times().phaseSince()),
            report.episode(),
            known == null || !sameEpisode ? null : known.acknowledgement(),
            known == null ? Collections.emptySortedSet() : known.groups(),
            known == null ? null : known.due());
    return report.open() ? begin(reported, now) : end(reported, report.endsAt(), now);
  }

  /** The alert after a report of another system; null if it is over and was not known. */
  @Nullable TrackedAlert on(@Nullable TrackedAlert known, ExternalReport report, Instant now) {
    boolean over = !report.endsAt().isAfter(now);
    boolean continued = known != null && known.phase() != Phase.RESOLVED;
    if (over && !continued) {
      return known;
    }
    Instant startsAt =
        continued && known != null && known.times().startsAt().isBefore(report.startsAt())
            ? known.times().startsAt()
            : report.startsAt();
    TrackedAlert reported =
        new TrackedAlert(
            report.fingerprint(),
            report.content(),
            known == null ? Phase.RESOLVED : known.phase(),
            new AlertTimes(
                startsAt, report.endsAt(), now, known == null ? now : known.times().phaseSince()),
            AlertEpisode.NONE,
            continued && known != null ? known.acknowledgement() : null,
            known == null ? Collections.emptySortedSet() : known.groups(),
            known == null ? null : known.due());
    return over ? end(reported, report.endsAt(), now) : begin(reported, now);
  }

  private TrackedAlert begin(TrackedAlert alert, Instant now) {
    return switch (alert.phase()) {
      case RESOLVED -> {
        boolean pending = !policy(alert).pendingFor().isZero();
        yield enter(alert, pending ? Phase.PENDING : Phase.FIRING, alert.times().endsAt(), now);
      }
      case RECOVERING -> enter(alert, Phase.FIRING, alert.times().endsAt(), now);
      case PENDING, FIRING -> alert;
    };
  }

  private TrackedAlert end(TrackedAlert alert, Instant endsAt, Instant now) {
    return switch (alert.phase()) {
      case FIRING -> {
        boolean observed = !policy(alert).recoverFor().isZero();
        yield enter(alert, observed ? Phase.RECOVERING : Phase.RESOLVED, endsAt, now);
      }
      case PENDING -> enter(alert, Phase.RESOLVED, endsAt, now);
      case RECOVERING, RESOLVED ->
          alert.withPhase(
              alert.phase(), withEnd(alert.times(), endsAt, alert.times().phaseSince()));
    };
  }

  /** The alert after everything that is due at a time. */
  TrackedAlert onTime(TrackedAlert alert, Instant now) {
    TrackedAlert after = alert;
    @Nullable Acknowledgement acknowledgement = alert.acknowledgement();
    if (acknowledgement != null && isReached(acknowledgement.expiresAt(), now)) {
      after = after.withAcknowledgement(null);
    }
    boolean over = isExternal(alert) && isReached(alert.times().endsAt(), now);
    if (alert.phase() == Phase.PENDING) {
      if (over) {
        return enter(after, Phase.RESOLVED, alert.times().endsAt(), now);
      }
      return isReached(alert.times().phaseSince().plus(policy(alert).pendingFor()), now)
          ? enter(after, Phase.FIRING, alert.times().endsAt(), now)
          : after;
    }
    if (alert.phase() == Phase.FIRING && over) {
      return end(after, endOf(alert, now), now);
    }
    if (alert.phase() == Phase.RECOVERING
        && isReached(alert.times().phaseSince().plus(policy(alert).recoverFor()), now)) {
      return enter(after, Phase.RESOLVED, alert.times().endsAt(), now);
    }
    return after;
  }

  /** When the timer of the alert is due; null for never. */
  @Nullable Instant due(TrackedAlert alert) {
    @Nullable Acknowledgement acknowledgement = alert.acknowledgement();
    AlertTimes times = alert.times();
    @Nullable Instant phase =
        switch (alert.phase()) {
          case PENDING -> times.phaseSince().plus(policy(alert).pendingFor());
          case RECOVERING -> times.phaseSince().plus(policy(alert).recoverFor());
          case RESOLVED -> alert.groups().isEmpty() ? times.phaseSince().plus(KEEP_RESOLVED) : null;
          case FIRING -> null;
        };
    boolean ends =
        isExternal(alert) && (alert.phase() == Phase.PENDING || alert.phase() == Phase.FIRING);
    return Stream.of(
            phase,
            acknowledgement == null ? null : acknowledgement.expiresAt(),
            ends ? times.endsAt() : null)
        .filter(time -> time != null)
        .min(Instant::compareTo)
        .orElse(null);
  }

  /** Whether nothing refers to the alert any more. */
  static boolean isForgettable(TrackedAlert alert, Instant now) {
    if (alert.phase() != Phase.RESOLVED || !alert.groups().isEmpty()) {
      return false;
    }
    return isExternal(alert) || isReached(alert.times().phaseSince().plus(KEEP_RESOLVED), now);
  }

  /** A new phase; with the resolution the acknowledgement ends. */
  private static TrackedAlert enter(
      TrackedAlert alert, Phase phase, @Nullable Instant endsAt, Instant now) {
    TrackedAlert entered = alert.withPhase(phase, withEnd(alert.times(), endsAt, now));
    return phase == Phase.RESOLVED ? entered.withAcknowledgement(null) : entered;
  }

  private static AlertTimes withEnd(AlertTimes times, @Nullable Instant endsAt, Instant since) {
    return new AlertTimes(times.startsAt(), endsAt, times.updatedAt(), since);
  }

  private static Instant endOf(TrackedAlert alert, Instant otherwise) {
    @Nullable Instant endsAt = alert.times().endsAt();
    return endsAt == null ? otherwise : endsAt;
  }

  private static boolean isExternal(TrackedAlert alert) {
    return alert.episode().equals(AlertEpisode.NONE);
  }

  private static boolean isReached(@Nullable Instant time, Instant now) {
    return time != null && !time.isAfter(now);
  }

  private AlertPolicy policy(TrackedAlert alert) {
    return routing.policy(alert.labels());
  }

  /** The alert as a member of one more group, or of one less. */
  static TrackedAlert join(TrackedAlert alert, String group) {
    TreeSet<String> groups = new TreeSet<>(alert.groups());
    groups.add(group);
    return alert.withGroups(groups);
  }

  static TrackedAlert leave(TrackedAlert alert, String group) {
    TreeSet<String> groups = new TreeSet<>(alert.groups());
    groups.remove(group);
    return alert.withGroups(groups);
  }
}
