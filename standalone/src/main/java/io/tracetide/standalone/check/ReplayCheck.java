package io.tracetide.standalone.check;

import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.replay.SpanTable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Compares what a processor answers about a replayed recording with the recording itself. */
public final class ReplayCheck {
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Work that is counted twice may show only after everything was counted once. */
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(5);

  /** An earlier replay may still be on its way into the counts that are there before. */
  private static final Duration QUIET_BEFORE = Duration.ofSeconds(3);

  /**
   * How long to wait.
   *
   * @param standstill for which nothing has moved: neither what is counted nor what the processor
   *     has read
   * @param atMost for which the spans of the recording may stand still while the processor reads
   *     other work, or for which it may not answer
   */
  public record Patience(Duration standstill, Duration atMost) {
    public static Patience of(Duration standstill) {
      Duration most = Duration.ofMinutes(2);
      return new Patience(standstill, standstill.compareTo(most) > 0 ? standstill : most);
    }
  }

  /**
   * How it went.
   *
   * @param isEqual whether every count is equal and every quantile near enough
   * @param summary one line
   * @param differences the first of them
   * @param farthest where each quantile was farthest off
   * @param notes what explains a difference, or limits what was compared
   */
  public record Result(
      boolean isEqual,
      String summary,
      List<String> differences,
      List<String> farthest,
      List<String> notes) {
    public Result {
      differences = List.copyOf(differences);
      farthest = List.copyOf(farthest);
      notes = List.copyOf(notes);
    }
  }

  private final ExactTable exact;
  private final AnalyticsClient analytics;
  private final Duration settledAfter;
  private final Duration quietBefore;
  private Map<Minute, AnsweredMinute> before = Map.of();
  private boolean replayed;
  private IntakeMeters meters = IntakeMeters.NONE;
  private IntakeMeters risen = IntakeMeters.NONE;

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
    this(table, shiftMs, templating, processor, credentials, SETTLED_AFTER, QUIET_BEFORE);
  }

  ReplayCheck(
      SpanTable table,
      long shiftMs,
      UnaryOperator<String> templating,
      URI processor,
      Credentials credentials,
      Duration settledAfter,
      Duration quietBefore) {
    this.settledAfter = settledAfter;
    this.quietBefore = quietBefore;
    this.exact = ExactTable.of(table, shiftMs, templating);
    this.analytics = new AnalyticsClient(processor, credentials);
  }

  /**
   * Notes what the processor has counted already, before the recording is replayed: an earlier
   * replay may be in the same minutes. Waits until that stands still.
   *
   * @return how many minutes have spans already
   * @throws IOException when the processor does not answer
   */
  public int begin(Patience patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.atMost().toNanos();
    Map<Minute, AnsweredMinute> now = answers();
    long sameSince = System.nanoTime();
    while (System.nanoTime() - sameSince < quietBefore.toNanos() && System.nanoTime() < deadline) {
      TimeUnit.NANOSECONDS.sleep(Math.min(POLL.toNanos(), quietBefore.toNanos()));
      Map<Minute, AnsweredMinute> next = answers();
      if (!next.equals(now)) {
        now = next;
        sameSince = System.nanoTime();
      }
    }
    before = now;
    replayed = true;
    meters = analytics.meters().orElse(IntakeMeters.NONE);
    return before.size();
  }

  /**
   * Asks until the processor has counted exactly what the recording holds and keeps saying so, or
   * more than that, or nothing moves any more; then compares.
   *
   * @param progress told what is still missing
   */
  public Result run(Patience patience, Consumer<String> progress)
      throws IOException, InterruptedException {
    long counted = -1;
    long changedAt = System.nanoTime();
    long movedAt = changedAt;
    long answeredAt = changedAt;
    while (true) {
      try {
        Comparison comparison = compare();
        boolean moved = read();
        long now = System.nanoTime();
        boolean isSame = comparison.answeredSpans() == counted;
        if (!isSame) {
          counted = comparison.answeredSpans();
          changedAt = now;
        }
        movedAt = isSame && !moved ? movedAt : now;
        answeredAt = now;
        boolean isSettled = isSame && now - changedAt >= settledAfter.toNanos();
        boolean isOver =
            now - movedAt >= patience.standstill().toNanos()
                || now - changedAt >= patience.atMost().toNanos();
        if (isOver
            || (comparison.isEqual() && isSettled)
            || comparison.answeredSpans() > exact.spans()) {
          return result(comparison, Duration.ofNanos(now - changedAt));
        }
        progress.accept("counted %d of %d spans".formatted(counted, exact.spans()));
      } catch (IOException e) {
        if (System.nanoTime() - answeredAt >= patience.atMost().toNanos()) {
          throw e;
        }
        // It has to come back and catch up before its silence means anything.
        changedAt = System.nanoTime();
        movedAt = changedAt;
        progress.accept("no answer yet: " + e.getMessage());
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }

  private Comparison compare() throws IOException, InterruptedException {
    return Comparison.of(exact.minutes(), before, answers());
  }

  /** Reads the meters; whether the processor has read anything since the last time. */
  private boolean read() throws InterruptedException {
    Optional<IntakeMeters> read = analytics.meters();
    if (read.isEmpty()) {
      return false;
    }
    IntakeMeters more = read.get().since(meters);
    meters = read.get();
    risen = risen.plus(more);
    return more.received() > 0;
  }

  private Result result(Comparison comparison, Duration still) {
    List<String> notes = new ArrayList<>();
    long missing = exact.spans() - comparison.answeredSpans();
    if (missing > 0) {
      notes.add(
          "%d of %d spans are missing, and nothing has moved for %d s"
              .formatted(missing, exact.spans(), still.toSeconds()));
    } else if (missing < 0) {
      notes.add(
          "%d spans more than the recording has: other work in the same minutes, or a second replay of it"
              .formatted(-missing));
    }
    String since = replayed ? "since the replay began" : "since it was started";
    if (!comparison.isEqual() && risen.duplicates() > 0) {
      notes.add(
          "the processor has removed %d duplicates %s: spans that were sent under the same ids within ledger.duplicates.window are counted once; replay with another --salt"
              .formatted(risen.duplicates(), since));
    }
    if (!comparison.isEqual() && risen.deadLettered() > 0) {
      notes.add(
          "the processor has set %d records aside %s: see the topic traces-dead-letter"
              .formatted(risen.deadLettered(), since));
    }
    if (comparison.mixed() > 0) {
      notes.add(
          "%d minutes of operations had spans before the replay: what was added to their counts is compared, their quantiles are not"
              .formatted(comparison.mixed()));
    }
    return new Result(
        comparison.isEqual(),
        comparison.summary(),
        comparison.differences(),
        comparison.farthest(),
        notes);
  }

  private Map<Minute, AnsweredMinute> answers() throws IOException, InterruptedException {
    Map<Minute, AnsweredMinute> all = new HashMap<>();
    for (String service : exact.services()) {
      all.putAll(analytics.minutes(service, exact.firstMs(), exact.lastMs()));
    }
    return all;
  }
}
