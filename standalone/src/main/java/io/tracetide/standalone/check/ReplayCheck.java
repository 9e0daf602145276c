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

/** Compares the processor's analytics of a replayed recording with the recording. */
public final class ReplayCheck {
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Spans that are counted twice may appear only after all were counted once. */
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(5);

  /** The spans of an earlier replay may not be counted yet. */
  private static final Duration QUIET_BEFORE = Duration.ofSeconds(3);

  /**
   * Time limits.
   *
   * @param standstill time without a change of the counts and of the records that the processor has
   *     read
   * @param atMost time for which the counts may not change while the processor reads other records,
   *     or for which it may not respond
   */
  public record Patience(Duration standstill, Duration atMost) {
    public static Patience of(Duration standstill) {
      Duration most = Duration.ofMinutes(2);
      return new Patience(standstill, standstill.compareTo(most) > 0 ? standstill : most);
    }
  }

  /**
   * The result.
   *
   * @param isEqual whether every count is equal and every quantile within the tolerance
   * @param summary one line
   * @param differences the first differences
   * @param farthest the greatest error of each quantile
   * @param notes causes of differences, and limits of the comparison
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
   * Creates a check.
   *
   * @param shiftMs shift of the replay
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
   * Reads the counts before the replay, because an earlier replay may be in the same minutes. Waits
   * until they do not change.
   *
   * @return number of minutes with spans
   * @throws IOException when the processor does not respond
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
   * Polls until the processor's counts stay equal to those of the recording, or are higher, or do
   * not change any more; then compares.
   *
   * @param progress receives the number of missing spans
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
        // The time limits start again when the processor has returned.
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

  /** Reads the meters; returns whether the processor has read records since the last call. */
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
          "%d of %d spans are missing, and nothing has changed for %d s"
              .formatted(missing, exact.spans(), still.toSeconds()));
    } else if (missing < 0) {
      notes.add(
          "%d spans more than the recording has: other spans in the same minutes, or a second replay of it"
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
