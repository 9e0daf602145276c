package io.tracetide.processor.ledger;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.ledger.follow.FollowedTrace;
import io.tracetide.processor.ledger.follow.ObservedClock;
import io.tracetide.processor.ledger.follow.OpenTraces;
import io.tracetide.processor.ledger.follow.OperationHistories;
import io.tracetide.processor.ledger.follow.Silence;
import io.tracetide.processor.ledger.follow.SpanFacts;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerTally;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Determines the breaches of a followed trace (stuck, abandoned, and those of the judge), and
 * reports the changes since its last assessment.
 */
final class TraceAssessor {

  private final LedgerConfig config;
  private final boolean templating;
  private final TraceJudge judge;
  private final OperationHistories histories;
  private final ObservedClock clock;
  private final LedgerOutput output;
  private final LedgerTally tally;

  /**
   * Creates the assessor.
   *
   * @param templating whether operations are reported under the templates of their names
   */
  TraceAssessor(
      LedgerConfig config,
      boolean templating,
      TraceJudge judge,
      OperationHistories histories,
      ObservedClock clock,
      LedgerOutput output,
      LedgerTally tally) {
    this.config = config;
    this.templating = templating;
    this.judge = judge;
    this.histories = histories;
    this.clock = clock;
    this.output = output;
    this.tally = tally;
  }

  /**
   * The result of an assessment.
   *
   * @param dueAt observed time of the next assessment, independent of the judge
   * @param over whether the trace can be removed: it was abandoned, or it ended, so long ago that
   *     its breaches are closed
   */
  record Assessment(long dueAt, boolean over) {}

  /** Assesses a trace. */
  Assessment assess(FollowedTrace trace, boolean open, long nowMs) {
    List<Breach> breaches = judged(trace, nowMs);
    long dueAt =
        open ? assessSilence(trace, nowMs) : trace.endedAt + config.breachesAfterEnd().toMillis();
    if (trace.silence.kind() != Silence.Kind.NONE && open) {
      breaches.add(silenceBreach(trace));
    }
    boolean over =
        clock.observedMs() >= dueAt && (!open || trace.silence.kind() == Silence.Kind.ABANDONED);
    report(trace, over ? List.of() : breaches, nowMs);
    return new Assessment(dueAt, over);
  }

  private List<Breach> judged(FollowedTrace trace, long nowMs) {
    if (judge == TraceJudge.LENIENT) {
      return new ArrayList<>();
    }
    TraceJudge.Verdict verdict = judge.judge(trace.snapshot(), nowMs);
    trace.allowedSilenceMs = verdict.allowedSilenceMs().orElse(-1);
    trace.judgeAgainMs =
        verdict.judgeAgainMs().isEmpty()
            ? -1
            : Math.max(verdict.judgeAgainMs().getAsLong(), nowMs + OpenTraces.TICK_MS);
    return new ArrayList<>(verdict.breaches());
  }

  /**
   * Updates the silence of an open trace, and returns the observed time at which it changes next.
   */
  private long assessSilence(FollowedTrace trace, long nowMs) {
    long bound =
        trace.allowedSilenceMs >= 0
            ? trace.allowedSilenceMs
            : histories.allowedSilenceMs(trace.tenant, trace.root());
    long silent = clock.observedMs() - trace.receivedAt;
    long abandoned = bound + config.silence().abandonAfter().toMillis();
    Silence.Kind kind = trace.silence.kind();
    if (silent >= abandoned || kind == Silence.Kind.ABANDONED) {
      become(trace, Silence.Kind.ABANDONED, silent - abandoned, bound, nowMs);
      return trace.receivedAt + abandoned + config.silence().forgetAfter().toMillis();
    }
    if (silent >= bound) {
      become(trace, Silence.Kind.STUCK, silent - bound, bound, nowMs);
      return trace.receivedAt + abandoned;
    }
    trace.silence = Silence.NONE; // The bound may have become wider.
    return trace.receivedAt + bound;
  }

  private void become(
      FollowedTrace trace, Silence.Kind kind, long beyondMs, long boundMs, long nowMs) {
    if (trace.silence.kind() != kind) {
      trace.silence = new Silence(kind, nowMs - Math.max(0, beyondMs), boundMs);
      (kind == Silence.Kind.STUCK ? tally.stuck : tally.abandoned).increment();
    }
  }

  private Breach silenceBreach(FollowedTrace trace) {
    boolean stuck = trace.silence.kind() == Silence.Kind.STUCK;
    long silentMs = clock.observedMs() - trace.receivedAt;
    long boundMs =
        trace.silence.boundMs() + (stuck ? 0 : config.silence().abandonAfter().toMillis());
    return new Breach(
        Detector.LEDGER,
        stuck ? AnomalyKind.STUCK_TRACE : AnomalyKind.ABANDONED_TRACE,
        "",
        Severity.HIGH,
        Map.of("silence_ms", (double) silentMs),
        Map.of("silence_ms", (double) boundMs),
        stuck
            ? "a trace is open and has had no events for more than the allowed " + text(boundMs)
            : "a trace was abandoned after " + text(boundMs) + " without events");
  }

  private static String text(long millis) {
    return AnomalyValues.duration(millis * 1_000);
  }

  /** Reports new and ended breaches of a trace. */
  private void report(FollowedTrace trace, List<Breach> breaches, long nowMs) {
    List<Breach> now = new ArrayList<>();
    for (Breach breach : breaches) {
      Breach known = same(trace.reported, breach);
      if (known == null || known.severity() != breach.severity()) {
        send(trace, breach, true, nowMs);
        now.add(breach);
      } else {
        now.add(known);
      }
    }
    for (Breach breach : trace.reported) {
      if (same(now, breach) == null) {
        send(trace, breach, false, nowMs);
      }
    }
    trace.reported = now;
  }

  private static @Nullable Breach same(List<Breach> breaches, Breach wanted) {
    for (Breach breach : breaches) {
      if (breach.detector() == wanted.detector()
          && breach.kind() == wanted.kind()
          && breach.rule().equals(wanted.rule())) {
        return breach;
      }
    }
    return null;
  }

  private void send(FollowedTrace trace, Breach breach, boolean open, long nowMs) {
    SpanFacts root = trace.root();
    String operation = templating ? OperationTemplate.of(root.operation) : root.operation;
    output.report(
        new TraceFinding(
            trace.tenant, root.service, operation, trace.traceId, breach, open, nowMs));
  }
}
