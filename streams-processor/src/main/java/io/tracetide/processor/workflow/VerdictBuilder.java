package io.tracetide.processor.workflow;

import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceJudge.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Collects breaches, allowed silences and times of the next judgement into a verdict. */
public final class VerdictBuilder {

  private final List<Breach> breaches = new ArrayList<>();
  private OptionalLong allowedSilenceMs = OptionalLong.empty();
  private OptionalLong judgeAgainMs = OptionalLong.empty();

  public void add(Breach breach) {
    breaches.add(breach);
  }

  /** Adds an allowed silence; the shortest one applies. */
  public void allowSilence(Duration longest) {
    allowedSilenceMs = earlier(allowedSilenceMs, OptionalLong.of(longest.toMillis()));
  }

  /** Adds a time at which to judge again; the earliest one applies. */
  public void judgeAgain(OptionalLong atMs) {
    judgeAgainMs = earlier(judgeAgainMs, atMs);
  }

  /** Adds the verdict of another judge. */
  public void addAll(Verdict verdict) {
    breaches.addAll(verdict.breaches());
    allowedSilenceMs = earlier(allowedSilenceMs, verdict.allowedSilenceMs());
    judgeAgainMs = earlier(judgeAgainMs, verdict.judgeAgainMs());
  }

  public Verdict verdict() {
    return new Verdict(breaches, allowedSilenceMs, judgeAgainMs);
  }

  private static OptionalLong earlier(OptionalLong one, OptionalLong other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.isEmpty() ? other : one;
    }
    return one.getAsLong() <= other.getAsLong() ? one : other;
  }
}
