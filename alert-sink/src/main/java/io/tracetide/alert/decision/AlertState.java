package io.tracetide.alert.decision;

import io.tracetide.alert.decision.Decision.Transition;
import io.tracetide.alert.decision.RecipientStates.NotificationBatch;
import java.time.Instant;
import java.util.List;

/**
 * State of one alert, identified by its fingerprint. Each state handles a report:
 *
 * <pre>
 *            open                    open, more severe: notified again
 *  UNSEEN ─────────▶ FIRING ◀─────────────────────────────┐
 *     │                │  ▲ └──────────────────────────────┘
 *     │ resolved       │  │ open
 *     │       resolved │  │
 *     └─────────────▶ RESOLVED
 * </pre>
 *
 * A report that is not newer than the state changes nothing. Notifications are numbered per
 * recipient; every recipient that was notified of a firing alert is notified of its resolution,
 * whatever the routes are by then.
 */
public sealed interface AlertState {

  /** The decision on a report. */
  Decision on(AnomalyReport report, Routes routes, Instant now);

  /** The state before the first report. */
  static AlertState unseen() {
    return new Unseen();
  }

  /** No report yet. */
  record Unseen() implements AlertState {
    @Override
    public Decision on(AnomalyReport report, Routes routes, Instant now) {
      return report.open()
          ? Firing.begin(RecipientStates.NONE, report, routes, now)
          : Resolved.end(RecipientStates.NONE, report, now);
    }
  }

  /**
   * The newest episode is open.
   *
   * @param episode the episode
   * @param revision of the newest report
   * @param peak highest severity that was notified
   * @param recipients what each recipient was last notified of
   */
  record Firing(AlertEpisode episode, int revision, Severity peak, RecipientStates recipients)
      implements AlertState {

    static Decision begin(
        RecipientStates recipients, AnomalyReport report, Routes routes, Instant now) {
      return notify(recipients, Transition.OPENED, report, routes, now);
    }

    @Override
    public Decision on(AnomalyReport report, Routes routes, Instant now) {
      if (!report.isNewerThan(episode, revision)) {
        return new Decision(this, Transition.STALE, List.of());
      }
      if (!report.open()) {
        return Resolved.end(recipients, report, now);
      }
      if (!report.isOf(episode)) {
        return begin(recipients, report, routes, now);
      }
      if (report.severity().compareTo(peak) > 0) {
        return notify(recipients, Transition.ESCALATED, report, routes, now);
      }
      AlertState continued = new Firing(episode, report.revision(), peak, recipients);
      return new Decision(continued, Transition.CONTINUED, List.of());
    }

    private static Decision notify(
        RecipientStates recipients,
        Transition transition,
        AnomalyReport report,
        Routes routes,
        Instant now) {
      NotificationBatch batch =
          recipients.notifyFiring(routes.receiversOf(report.labels()), report, now);
      AlertState firing =
          new Firing(report.episode(), report.revision(), report.severity(), batch.recipients());
      return new Decision(firing, transition, batch.notifications());
    }
  }

  /**
   * The newest episode is resolved.
   *
   * @param episode the episode
   * @param revision of the newest report
   * @param recipients what each recipient was last notified of
   */
  record Resolved(AlertEpisode episode, int revision, RecipientStates recipients)
      implements AlertState {

    static Decision end(RecipientStates recipients, AnomalyReport report, Instant now) {
      NotificationBatch batch = recipients.notifyResolved(report, now);
      AlertState resolved = new Resolved(report.episode(), report.revision(), batch.recipients());
      return new Decision(resolved, Transition.RESOLVED, batch.notifications());
    }

    @Override
    public Decision on(AnomalyReport report, Routes routes, Instant now) {
      if (!report.isNewerThan(episode, revision)) {
        return new Decision(this, Transition.STALE, List.of());
      }
      return report.open()
          ? Firing.begin(recipients, report, routes, now)
          : end(recipients, report, now);
    }
  }
}
