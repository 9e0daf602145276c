package io.tracetide.processor.anomaly;

import io.tracetide.processor.ledger.trace.TraceFinding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes one anomaly of the breaches that many traces of an operation have in common: it opens with
 * the first trace, gets a new revision for each further one, and is resolved when no trace has been
 * in breach for {@link #CALM_TO_RESOLVE}.
 *
 * <p>The first revisions are reported at once, later ones at most once in {@link #BETWEEN_REPORTS}.
 * Each trace in breach is saved. Of more than {@link #MAX_SAVED_TRACES} of one anomaly only the
 * number is; then a finding that is delivered twice, as after a crash under at-least-once, counts
 * twice.
 */
public final class BreachTracker {

  /** Least time between later reports on an anomaly; the period of {@link #tick}. */
  public static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);

  /** Traces in breach that are saved one by one, for each anomaly. */
  public static final int MAX_SAVED_TRACES = 10_000;

  /** Trace ids in a report. */
  public static final int MAX_TRACE_IDS = 20;

  /** Traces that break a rule within this time of each other are one episode. */
  static final Duration CALM_TO_RESOLVE = Duration.ofSeconds(5);

  /** Revisions that are reported at once. */
  private static final int IMMEDIATE_REVISIONS = 5;

  private final BreachStorage storage;
  private final Consumer<BreachReport> output;
  private final Map<BreachSubject, OpenBreach> openBreaches = new HashMap<>();

  /** Continues from the state in the storage. */
  public BreachTracker(BreachStorage storage, Consumer<BreachReport> output, long nowMs) {
    this.storage = storage;
    this.output = output;
    storage.eachEpisode(
        (subject, episode) ->
            openBreaches.put(subject, OpenBreach.restore(subject, episode, nowMs)));
    storage.eachTrace(
        (subject, offender) -> {
          OpenBreach open = openBreaches.get(subject);
          if (open != null) {
            open.saved++;
            open.unreported |= offender.atMs() > open.latest.atMs();
            open.latestMs = Math.max(open.latestMs, offender.atMs());
            open.add(offender);
          }
        });
    storage.eachBeyond(
        (subject, count) -> {
          OpenBreach open = openBreaches.get(subject);
          if (open != null) {
            open.beyond = count;
          }
        });
  }

  /** Processes the begin or the end of a breach. */
  public void observe(TraceFinding finding, long nowMs) {
    BreachSubject subject = BreachSubject.of(finding);
    OpenBreach open = openBreaches.get(subject);
    if (!finding.open()) {
      if (open != null) {
        end(open, finding, nowMs);
      }
    } else if (open != null && storage.has(subject, finding.traceId())) {
      repeat(open, finding, nowMs);
    } else {
      begin(subject, open, finding, nowMs);
    }
  }

  private void begin(
      BreachSubject subject, @Nullable OpenBreach known, TraceFinding finding, long nowMs) {
    OpenBreach open = known == null ? open(subject, finding) : known;
    if (open.saved < MAX_SAVED_TRACES) {
      storage.put(subject, finding.traceId(), finding.atMs());
      open.saved++;
    } else {
      open.beyond++;
      storage.putBeyond(subject, open.beyond);
    }
    open.begin(finding);
    if (known == null) {
      report(open, new Change.Opened(open.open), nowMs);
    } else if (open.open.revision() < IMMEDIATE_REVISIONS || isDue(open, nowMs)) {
      update(open, nowMs);
    } else {
      open.unreported = true;
    }
  }

  private OpenBreach open(BreachSubject subject, TraceFinding finding) {
    Evidence first =
        Evidence.breach(subject.kind(), finding.breach().severity(), 1, 1, 1, Snapshot.NONE);
    OpenBreach open = new OpenBreach(subject, Episode.Open.begin(first, finding.atMs()), finding);
    openBreaches.put(subject, open);
    return open;
  }

  /** A trace that is in breach already is reported again when its severity has risen. */
  private void repeat(OpenBreach open, TraceFinding finding, long nowMs) {
    if (finding.breach().severity().compareTo(open.open.severity()) > 0) {
      open.evaluate(finding);
      update(open, nowMs);
    }
  }

  private void end(OpenBreach open, TraceFinding finding, long nowMs) {
    BreachSubject subject = open.subject;
    if (storage.has(subject, finding.traceId())) {
      storage.delete(subject, finding.traceId());
      open.saved--;
    } else if (open.beyond > 0) {
      open.beyond--;
      storage.putBeyond(subject, open.beyond);
    } else {
      return;
    }
    open.latestMs = Math.max(open.latestMs, finding.atMs());
    open.calmSinceMs = nowMs;
  }

  /** Reports what is due, and resolves anomalies without traces in breach. */
  public void tick(long nowMs) {
    for (OpenBreach open : new ArrayList<>(openBreaches.values())) {
      if (open.inBreach() == 0) {
        if (nowMs - open.calmSinceMs >= CALM_TO_RESOLVE.toMillis()) {
          resolve(open, nowMs);
        }
      } else if (open.unreported && isDue(open, nowMs)) {
        update(open, nowMs);
      }
    }
  }

  private static boolean isDue(OpenBreach open, long nowMs) {
    return nowMs - open.recordedMs >= BETWEEN_REPORTS.toMillis();
  }

  private void update(OpenBreach open, long nowMs) {
    open.open = open.open.reported();
    report(open, new Change.Updated(open.open), nowMs);
  }

  private void resolve(OpenBreach open, long nowMs) {
    openBreaches.remove(open.subject);
    report(open, new Change.Resolved(open.open.reported(), open.latestMs), nowMs);
    storage.delete(open.subject);
  }

  private void report(OpenBreach open, Change.Reported change, long nowMs) {
    open.unreported = false;
    open.recordedMs = nowMs;
    storage.put(open.subject, open.episode());
    output.accept(open.report(change));
  }
}
