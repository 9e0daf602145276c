package io.tracetide.alert.decision;

import io.tracetide.alert.decision.Decision.Transition;
import io.tracetide.alert.decision.RecipientStates.Told;
import java.time.Instant;
import java.util.List;

/**
 * Where one alert, named by its fingerprint, stands. Each state knows what a report does to it:
 *
 * <pre>
 *            open                    open, more severe: told again
 *  UNSEEN ─────────▶ FIRING ◀─────────────────────────────┐
 *     │                │  ▲ └──────────────────────────────┘
 *     │ resolved       │  │ open
 *     │       resolved │  │
 *     └─────────────▶ RESOLVED
 * </pre>
 *
 * A report that is no newer than what is known changes nothing, in any state. The receivers are
 * told of every change, numbered per recipient; whoever was told that the alert fires is told that
 * it is over, whatever the routes say by then.
 */
public sealed interface AlertState {

  /** What {@code report} does to the alert. */
  Decision on(AnomalyReport report, Routes routes, Instant now);

  /** The state of an alert that nobody has heard of. */
  static AlertState unseen() {
    return new Unseen();
  }

  /** Nothing is known. */
  record Unseen() implements AlertState {
    @Override
    public Decision on(AnomalyReport report, Routes routes, Instant now) {
      return report.open()
          ? Firing.begin(RecipientStates.NONE, report, routes, now)
          : Resolved.end(RecipientStates.NONE, report, now);
    }
  }

  /**
   * An episode goes on.
   *
   * @param episode which
   * @param revision of the newest report
   * @param peak the highest severity that was told
   * @param standings what everybody was told
   */
  record Firing(AlertEpisode episode, int revision, Severity peak, RecipientStates standings)
      implements AlertState {

    static Decision begin(
        RecipientStates standings, AnomalyReport report, Routes routes, Instant now) {
      return tell(standings, Transition.OPENED, report, routes, now);
    }

    @Override
    public Decision on(AnomalyReport report, Routes routes, Instant now) {
      if (!report.isNewerThan(episode, revision)) {
        return new Decision(this, Transition.STALE, List.of());
      }
      if (!report.open()) {
        return Resolved.end(standings, report, now);
      }
      if (!report.isOf(episode)) {
        return begin(standings, report, routes, now);
      }
      if (report.severity().compareTo(peak) > 0) {
        return tell(standings, Transition.ESCALATED, report, routes, now);
      }
      AlertState continued = new Firing(episode, report.revision(), peak, standings);
      return new Decision(continued, Transition.CONTINUED, List.of());
    }

    private static Decision tell(
        RecipientStates standings,
        Transition transition,
        AnomalyReport report,
        Routes routes,
        Instant now) {
      Told told = standings.tellFiring(routes.receiversOf(report.labels()), report, now);
      AlertState firing =
          new Firing(report.episode(), report.revision(), report.severity(), told.standings());
      return new Decision(firing, transition, told.notifications());
    }
  }

  /**
   * The last episode is over.
   *
   * @param episode which
   * @param revision of the newest report
   * @param standings what everybody was told
   */
  record Resolved(AlertEpisode episode, int revision, RecipientStates standings)
      implements AlertState {

    static Decision end(RecipientStates standings, AnomalyReport report, Instant now) {
      Told told = standings.tellResolved(report, now);
      AlertState resolved = new Resolved(report.episode(), report.revision(), told.standings());
      return new Decision(resolved, Transition.RESOLVED, told.notifications());
    }

    @Override
    public Decision on(AnomalyReport report, Routes routes, Instant now) {
      if (!report.isNewerThan(episode, revision)) {
        return new Decision(this, Transition.STALE, List.of());
      }
      return report.open()
          ? Firing.begin(standings, report, routes, now)
          : end(standings, report, now);
    }
  }
}
