package io.tracetide.processor.window.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.cardinality.OverflowReason;
import io.tracetide.processor.cardinality.SeriesLimits;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.PartialBlock;
import io.tracetide.processor.window.PartialTable;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WindowCloserTest {

  /** Start of an hour. */
  private static final long T0 = 1_699_999_200_000L;

  private static final WindowConfig CONFIG = WindowConfig.defaults();
  private static final long GRACE = CONFIG.grace().toMillis();

  private final MemoryWindowStorage storage = new MemoryWindowStorage();
  private final Recorder events = new Recorder();
  private long closedAtMs = T0;
  private OpenWindows open = new OpenWindows();
  private WindowCloser closer = closer(CONFIG, true, T0);

  @Test
  void shouldCloseABaseWindowWhenItsGraceHasPassed() {
    add(T0 + 1_000, "pay", 5);
    close(T0 + 10_000 + GRACE - 1);
    assertThat(events.closed).isEmpty();

    close(T0 + 10_000 + GRACE);

    assertThat(events.closed).containsExactly("10s pay +0 n=1", "10s * +0 n=1");
    assertThat(events.complete).containsExactly(0L);
    assertThat(open.size()).isZero();
  }

  @Test
  void shouldMakeCoarserWindowsFromFinerOnes() {
    for (int second = 0; second < 60; second += 10) {
      add(T0 + second * 1_000, "pay", 5);
    }
    add(T0 + 1, "refund", 5);
    close(T0 + 60_000 + GRACE);

    assertThat(events.closed).contains("60s pay +0 n=6", "60s refund +0 n=1", "60s * +0 n=7");

    close(T0 + 3_600_000 + GRACE);

    assertThat(events.closed).contains("3600s pay +0 n=6", "3600s * +0 n=7");
  }

  @Test
  void shouldReportCoarserWindowsInOrderAlsoThoseWithoutSpans() {
    add(T0 + 1_000, "pay", 5);
    add(T0 + 121_000, "pay", 5);
    close(T0 + 180_000 + GRACE);

    assertThat(events.completeCoarse).containsExactly("60s +0", "60s +60", "60s +120");
    assertThat(events.passed)
        .hasSize(18)
        .contains("+50 after 0", "+60 after 1", "+70 after 1", "+180 after 3");
    assertThat(events.closed.indexOf("60s * +0 n=1"))
        .isLessThan(events.closed.indexOf("60s pay +120 n=1"));
    commit();
    restart(true);
    close(T0 + 239_000 + GRACE);

    assertThat(events.completeCoarse).hasSize(3);

    close(T0 + 3_600_000 + GRACE);

    assertThat(events.completeCoarse).hasSize(61).endsWith("60s +3540", "3600s +0");
  }

  @Test
  void shouldReportEmptyCoarserWindowsUpToALimit() {
    add(T0, "pay", 5);
    close(T0 + Duration.ofDays(40).toMillis() + GRACE);

    assertThat(events.completeCoarse)
        .hasSizeLessThan(3 * WindowCloser.MAX_EMPTY_WINDOWS)
        .contains("60s +0", "3600s +0")
        .endsWith("3600s +" + (Duration.ofDays(40).toSeconds() - 3_600));
  }

  @Test
  void shouldCountEachSpanOnceWhetherInTimeOrLate() {
    add(T0 + 1_000, "pay", 5);
    add(T0 + 2_000, "pay", 6);
    close(T0 + 60_000 + GRACE);
    commit();

    assertThat(events.counted).isEqualTo(Map.of("pay +0", 2L));

    add(T0 + 2_000, "pay", 7);
    add(T0 + 70_000, "pay", 7);
    commit();
    commit();

    assertThat(events.counted).isEqualTo(Map.of("pay +0", 3L));
  }

  @Test
  void shouldReviseEveryTierThatHasClosedAtTheNextCommit() {
    add(T0 + 1_000, "pay", 5);
    close(T0 + 60_000 + GRACE);

    add(T0 + 2_000, "pay", 7);
    assertThat(events.revised).isEmpty();
    commit();
    commit();

    assertThat(events.revised)
        .containsExactly(
            "10s pay +0 n=2 r1 judged",
            "10s * +0 n=2 r1 judged",
            "60s pay +0 n=2 r1",
            "60s * +0 n=2 r1");
    assertThat(events.late).isEqualTo(1);
  }

  @Test
  void shouldNotJudgeAnOldWindowAgain() {
    add(T0 + 1_000, "pay", 5);
    close(T0 + 10_000 + GRACE + CONFIG.judgeRevisionsFor().toMillis());
    add(T0 + 2_000, "pay", 7);
    commit();

    assertThat(events.revised).contains("10s pay +0 n=2 r1");
  }

  @Test
  void shouldCountASpanAsExpiredInATierThatNoLongerKeepsItsWindow() {
    long day = Duration.ofDays(1).toMillis();
    add(T0 + 10 * day, "pay", 5);
    close(T0 + 10 * day + 10_000 + GRACE);
    add(T0, "pay", 5);
    commit();

    assertThat(events.expired).contains("10s");
    assertThat(events.revised).noneMatch(revised -> revised.startsWith("10s"));
  }

  @Test
  void shouldReportEmptyWindowsUpToALimit() {
    add(T0, "pay", 5);
    close(T0 + Duration.ofDays(1).toMillis() + GRACE);

    assertThat(events.complete).hasSize(1 + WindowCloser.MAX_EMPTY_WINDOWS);
  }

  @Test
  void shouldCloseTheOldestWindowEarlyWhenTooManySeriesAreOpen() {
    WindowConfig small =
        new WindowConfig(
            CONFIG.grace(),
            CONFIG.idleTimeout(),
            CONFIG.maxAhead(),
            CONFIG.retention10s(),
            CONFIG.retention1m(),
            CONFIG.retention1h(),
            CONFIG.judgeRevisionsFor(),
            1_000);
    closer = closer(small, true, T0);
    add(T0, "pay", 5);
    PartialTable partials = new PartialTable();
    for (int i = 0; i < 1_000; i++) {
      record(partials, T0 + 10_000, "op" + i, 5);
    }
    add(partials, T0 + 10_000);

    assertThat(events.early).isEqualTo(1);
    assertThat(events.closed).containsExactly("10s pay +0 n=1", "10s * +0 n=1");
  }

  @Test
  void shouldRestoreOpenWindowsFromTheSavedBlocks() {
    add(T0 + 1_000, "pay", 5);
    commit();
    restart(true);

    close(T0 + 10_000 + GRACE);

    assertThat(events.closed).contains("10s pay +0 n=1");
    commit();
    assertThat(storage.blocks).isEmpty();
    assertThat(storage.times).containsEntry(WindowTier.BASE.name(), T0 + 10_000);
  }

  @Test
  void shouldSaveTimesOneCommitLaterWithoutTransactions() {
    restart(false);
    add(T0 + 1_000, "pay", 5);
    close(T0 + 10_000 + GRACE);
    commit();

    assertThat(storage.times).doesNotContainKey(WindowTier.BASE.name());
    assertThat(storage.blocks).hasSize(1);

    commit();
    assertThat(storage.times).containsEntry(WindowTier.BASE.name(), T0 + 10_000);
    commit();
    assertThat(storage.blocks).isEmpty();
  }

  @Test
  void shouldListTheServicesWhoseWindowsAreKept() {
    add(T0 + 1_000, "pay", 5);
    close(T0 + 10_000 + GRACE);
    commit();

    assertThat(services()).containsExactly("shop");
    assertThat(closer.services().since(WindowTier.BASE)).isZero();
    restart(true);
    assertThat(services()).containsExactly("shop");
    assertThat(closer.services().since(WindowTier.BASE)).isZero();

    close(T0 + CONFIG.tiers().get(2).retentionMs() + 3 * 3_600_000);
    commit();

    assertThat(services()).isEmpty();
    restart(true);
    assertThat(services()).isEmpty();
  }

  @Test
  void shouldKnowWhichWindowsAnEarlierVersionClosedWithoutTotals() {
    add(T0 + 1_000, "pay", 5);
    close(T0 + 10_000 + GRACE);
    commit();
    storage.forgetServices();

    restart(true);
    assertThat(services()).isEmpty();
    assertThat(closer.services().since(WindowTier.BASE)).isEqualTo(T0 + 10_000);
    add(T0 + 11_000, "pay", 5);
    close(T0 + 20_000 + GRACE);
    commit();
    restart(true);
    assertThat(services()).containsExactly("shop");
    assertThat(closer.services().since(WindowTier.BASE)).isEqualTo(T0 + 10_000);

    // The earlier version runs again for a while.
    storage.times.put(WindowTier.BASE.name(), T0 + 50_000);
    restart(true);
    assertThat(closer.services().since(WindowTier.BASE)).isEqualTo(T0 + 50_000);
  }

  private List<String> services() {
    List<String> services = new ArrayList<>();
    closer.services().each(T0, (service, total) -> services.add(total.service()));
    return services;
  }

  private void add(long timeMs, String operation, double micros) {
    PartialTable partials = new PartialTable();
    record(partials, timeMs, operation, micros);
    add(partials, timeMs);
  }

  private static void record(PartialTable partials, long timeMs, String operation, double micros) {
    byte[] key = SeriesCodec.encode(SeriesId.ofOperation("acme", "shop", operation));
    partials.at(key, key.length, WindowTier.BASE.windowStart(timeMs)).record(micros, 1, false);
  }

  private void add(PartialTable partials, long timeMs) {
    PartialBlock.Writer writer = new PartialBlock.Writer();
    writer.addAll(partials);
    closer.add(writer.finish(0, timeMs), timeMs);
  }

  private void close(long nowMs) {
    closedAtMs = nowMs;
    closer.close(nowMs);
  }

  private void commit() {
    closer.commit(closedAtMs);
  }

  private void restart(boolean exactlyOnce) {
    open = new OpenWindows();
    closer = closer(CONFIG, exactlyOnce, closedAtMs);
  }

  private WindowCloser closer(WindowConfig config, boolean exactlyOnce, long nowMs) {
    SeriesLimits limits =
        new SeriesLimits(
            new SeriesLimits.Limits(10, 10_000, 10, 10, Duration.ofHours(1).toMillis()),
            new SeriesLimits.Journal() {
              @Override
              public void admitted(byte[] key, long seenMs) {}

              @Override
              public void forgotten(byte[] key) {}

              @Override
              public void overflowed(OverflowReason reason) {}
            });
    return new WindowCloser(config, exactlyOnce, open, limits, storage, events, nowMs);
  }

  private static final class Recorder implements WindowListener {
    private final List<String> closed = new ArrayList<>();
    private final List<String> revised = new ArrayList<>();
    private final List<Long> complete = new ArrayList<>();
    private final List<String> completeCoarse = new ArrayList<>();

    /** Ends of base windows, and the number of coarser windows that were complete before. */
    private final List<String> passed = new ArrayList<>();

    private final Map<String, Long> counted = new TreeMap<>();
    private final List<String> expired = new ArrayList<>();
    private int late;
    private int early;

    private static String window(byte[] series, long startMs, long endMs, WindowStats stats) {
      return "%ds %s +%d n=%d"
          .formatted(
              (endMs - startMs) / 1_000,
              SeriesCodec.decode(series).operation(),
              (startMs - T0) / 1_000,
              stats.count());
    }

    @Override
    public void closedBase(byte[] series, long startMs, long endMs, WindowStats stats) {
      closed.add(window(series, startMs, endMs, stats));
    }

    @Override
    public void closedCoarse(byte[] series, long startMs, long endMs, WindowStats stats) {
      closed.add(window(series, startMs, endMs, stats));
    }

    @Override
    public void complete(long startMs, long endMs, RecentWindows recent) {
      complete.add((startMs - T0) / 1_000);
    }

    @Override
    public void completeCoarse(long startMs, long endMs, RecentWindows recent) {
      completeCoarse.add("%ds +%d".formatted((endMs - startMs) / 1_000, (startMs - T0) / 1_000));
    }

    @Override
    public void passed(long startMs, long endMs, RecentWindows recent) {
      passed.add("+%d after %d".formatted((endMs - T0) / 1_000, completeCoarse.size()));
    }

    @Override
    public void revised(
        byte[] series, long startMs, long endMs, WindowStats stats, int revision, boolean judge) {
      revised.add(
          window(series, startMs, endMs, stats) + " r" + revision + (judge ? " judged" : ""));
    }

    @Override
    public void revisionsComplete(long startMs, long endMs, RecentWindows recent) {}

    @Override
    public void counted(byte[] series, long startMs, long endMs, WindowStats stats) {
      counted.merge(
          "%s +%d".formatted(SeriesCodec.decode(series).operation(), (startMs - T0) / 1_000),
          stats.count(),
          Long::sum);
    }

    @Override
    public void onPartials(int count) {}

    @Override
    public void onLatePartial() {
      late++;
    }

    @Override
    public void onExpiredPartial(WindowTier tier) {
      expired.add(tier.name());
    }

    @Override
    public void onClosed(int series) {}

    @Override
    public void onClosedEarly() {
      early++;
    }
  }
}
