package io.tracetide.processor.anomaly;

import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An open anomaly of traces. */
final class OpenBreach {

  private static final Comparator<BreachEpisode.Offender> NEWEST_FIRST =
      Comparator.comparingLong(BreachEpisode.Offender::atMs)
          .reversed()
          .thenComparing(BreachEpisode.Offender::traceId);

  final BreachSubject subject;
  Episode.Open open;
  TraceFinding latest;
  long latestMs;

  /** Traces in breach that are saved one by one, and the number of the others. */
  long saved;

  long beyond;
  long recordedMs = Long.MIN_VALUE / 2;
  long calmSinceMs;

  /** Whether there are breaches that no record has reported. */
  boolean unreported;

  private String worst = "";
  private double worstValue = Double.NEGATIVE_INFINITY;
  private List<BreachEpisode.Offender> newest = new ArrayList<>();

  OpenBreach(BreachSubject subject, Episode.Open open, TraceFinding latest) {
    this.subject = subject;
    this.open = open;
    this.latest = latest;
    this.latestMs = latest.atMs();
  }

  static OpenBreach restore(BreachSubject subject, BreachEpisode episode, long nowMs) {
    OpenBreach restored = new OpenBreach(subject, episode.open(), episode.latest());
    restored.worst = episode.worst();
    restored.worstValue = episode.worstValue();
    episode.newest().forEach(restored::add);
    restored.calmSinceMs = nowMs;
    return restored;
  }

  BreachEpisode episode() {
    return new BreachEpisode(open, worst, worstValue, newest, latest);
  }

  long inBreach() {
    return saved + beyond;
  }

  /** Adds a trace that broke the rule. */
  void add(BreachEpisode.Offender offender) {
    newest.removeIf(each -> each.traceId().equals(offender.traceId()));
    newest.add(offender);
    newest.sort(NEWEST_FIRST);
    if (newest.size() > BreachTracker.MAX_TRACE_IDS) {
      newest = new ArrayList<>(newest.subList(0, BreachTracker.MAX_TRACE_IDS));
    }
  }

  /** Updates the episode for a trace that has just broken the rule. */
  void begin(TraceFinding finding) {
    latestMs = Math.max(latestMs, finding.atMs());
    add(new BreachEpisode.Offender(finding.traceId(), finding.atMs()));
    double excess = excess(finding.breach());
    if (excess > worstValue) {
      worstValue = excess;
      worst = finding.traceId();
    }
    evaluate(finding);
  }

  /** Updates the episode; its height is the number of traces that are in breach at once. */
  void evaluate(TraceFinding finding) {
    latest = finding;
    Breach breach = finding.breach();
    double traces = (double) inBreach();
    Snapshot snapshot =
        new Snapshot(
            open.openedAtMs(),
            Math.max(open.openedAtMs(), latestMs),
            observed(false),
            breach.expected(),
            Map.of(),
            exemplars());
    open =
        open.after(Evidence.breach(breach.kind(), breach.severity(), 1, traces, traces, snapshot));
  }

  /** The largest difference between an observed value and its limit. */
  private static double excess(Breach breach) {
    double excess = Double.NEGATIVE_INFINITY;
    for (Map.Entry<String, Double> seen : breach.observed().entrySet()) {
      double expected = breach.expected().getOrDefault(seen.getKey(), 0.0);
      excess = Math.max(excess, Math.abs(seen.getValue() - expected));
    }
    return excess;
  }

  BreachReport report(Change.Reported change) {
    boolean resolved = change instanceof Change.Resolved;
    return new BreachReport(
        subject,
        change,
        Math.max(open.openedAtMs(), latestMs),
        observed(resolved),
        resolved ? Map.of() : latest.breach().expected(),
        summary(change),
        exemplars(),
        newest.stream().map(BreachEpisode.Offender::traceId).toList());
  }

  private Map<String, Double> observed(boolean resolved) {
    Map<String, Double> observed = new HashMap<>();
    if (!resolved) {
      observed.putAll(latest.breach().observed());
    }
    observed.put("traces_in_breach", (double) inBreach());
    return observed;
  }

  private String summary(Change.Reported change) {
    String of = subject.series().service() + " " + subject.series().operation();
    if (change instanceof Change.Resolved resolved) {
      long lasted = resolved.endMs() - resolved.episode().openedAtMs();
      return "%s no longer has %s; it had them for %s, at most %s at the same time"
          .formatted(
              of,
              subject.rule().isEmpty()
                  ? words(subject.kind()) + "s"
                  : "traces that break " + subject.rule(),
              AnomalyValues.lasting(lasted),
              traces((long) resolved.episode().height().value()));
    }
    return "%s (%s of %s)".formatted(latest.breach().summary(), traces(inBreach()), of);
  }

  private static String words(AnomalyKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String traces(long count) {
    return count == 1 ? "1 trace" : count + " traces";
  }

  /** The slowest trace where the breach is of time, the latest one otherwise. */
  private Exemplars exemplars() {
    @Nullable String latestId = newest.isEmpty() ? null : newest.get(0).traceId();
    boolean slow =
        switch (subject.kind()) {
          case LATENCY, STUCK_TRACE, ABANDONED_TRACE, STEP_TIMEOUT, DEADLINE, RETENTION -> true;
          default -> false;
        };
    return slow
        ? new Exemplars(worst.isEmpty() ? latestId : worst, null, null)
        : new Exemplars(null, latestId, null);
  }
}
