package io.tracetide.standalone.check;

import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.replay.SpanTable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Compares what a processor answers about a replayed recording with the recording itself. */
public final class ReplayCheck {
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Work that is counted twice may show only after everything was counted once. */
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(5);

  /**
   * How it went.
   *
   * @param isEqual whether every count is equal and every quantile near enough
   * @param summary one line
   * @param differences the first of them
   * @param farthest where each quantile was farthest off
   */
  public record Result(
      boolean isEqual, String summary, List<String> differences, List<String> farthest) {
    public Result {
      differences = List.copyOf(differences);
      farthest = List.copyOf(farthest);
    }

    static Result of(Comparison comparison) {
      return new Result(
          comparison.isEqual(),
          comparison.summary(),
          comparison.differences(),
          comparison.farthest());
    }
  }

  private final ExactTable exact;
  private final AnalyticsClient analytics;
  private final Duration settledAfter;

  /**
   * A check that has not begun.
   *
   * @param shiftMs by which the recording was shifted when it was replayed
   * @param templating how the processor names operations
   */
  public ReplayCheck(
      SpanTable table,
      long shiftMs,
      UnaryOperator<String> templating,
      URI processor,
      Credentials credentials) {
    this(table, shiftMs, templating, processor, credentials, SETTLED_AFTER);
  }

  ReplayCheck(
      SpanTable table,
      long shiftMs,
      UnaryOperator<String> templating,
      URI processor,
      Credentials credentials,
      Duration settledAfter) {
    this.settledAfter = settledAfter;
    this.exact = ExactTable.of(table, shiftMs, templating);
    this.analytics = new AnalyticsClient(processor, credentials);
  }

  /**
   * Asks until the processor has counted exactly what the recording holds and keeps saying so, or
   * more than that, or its answer has not changed for a while; then compares.
   *
   * @param patience for how long an answer may stay the same, or stay out
   * @param progress told what is still missing
   */
  public Result run(Duration patience, Consumer<String> progress)
      throws IOException, InterruptedException {
    long counted = -1;
    long changedAt = System.nanoTime();
    while (true) {
      Duration unchanged = Duration.ofNanos(System.nanoTime() - changedAt);
      boolean patient = unchanged.compareTo(patience) < 0;
      try {
        Comparison comparison = Comparison.of(exact.minutes(), answers());
        boolean isSame = comparison.answeredSpans() == counted;
        boolean isSettled = isSame && unchanged.compareTo(settledAfter) >= 0;
        if (!patient
            || (comparison.isEqual() && isSettled)
            || comparison.answeredSpans() > exact.spans()) {
          return Result.of(comparison);
        }
        if (!isSame) {
          counted = comparison.answeredSpans();
          changedAt = System.nanoTime();
        }
        progress.accept("counted %d of %d spans".formatted(counted, exact.spans()));
      } catch (IOException e) {
        if (!patient) {
          throw e;
        }
        progress.accept("no answer yet: " + e.getMessage());
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }

  private Map<Minute, AnsweredMinute> answers() throws IOException, InterruptedException {
    Map<Minute, AnsweredMinute> all = new HashMap<>();
    for (String service : exact.services()) {
      all.putAll(analytics.minutes(service, exact.firstMs(), exact.lastMs()));
    }
    return all;
  }
}
