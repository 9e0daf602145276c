package io.tracetide.processor.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.MemoryOutput;
import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Spans of one service with any lateness within judgeRevisionsFor. */
class LateSpansPropertyTest {

  private static final SeriesId SERVICE = SeriesId.ofOperation("acme", "checkout", "*");
  private static final long WINDOW_MS = 10_000;
  private static final long START_MS = 1_700_000_000_000L;
  private static final Duration AGAIN = Duration.ofMinutes(2);
  private static final int MOST_LATE = 11;

  /** So long that everything has settled. */
  private static final int AFTERWARDS = 40;

  private static final RulesConfig ERRORS =
      new RulesConfig(List.of(RulesConfig.defaults().rules().get(0)), 1_000, Duration.ofHours(1));
  private static final RulesConfig SILENCE =
      new RulesConfig(
          List.of(
              RuleConfig.of("quiet", "throughput_per_sec", Bound.BELOW, 1, 2, Severity.HIGH, 0)),
          1_000,
          Duration.ofHours(1));

  /**
   * Spans of one window that arrive together.
   *
   * @param window in which it ended
   * @param late windows that have closed after its own when it comes
   */
  private record Batch(int window, int count, boolean failed, int late) {}

  /** A stretch of windows that all fail or all succeed. */
  private record Stretch(int windows, boolean failing) {}

  @Property(tries = 2_000)
  void shouldReportEveryEpisodeOnceForAnyLateness(@ForAll("work") List<Batch> work) {
    List<String> inTime = changes(run(ERRORS, inTime(work), Set.of()));
    List<String> late = changes(run(ERRORS, work, Set.of()));

    assertThat(count(late, "Opened")).isLessThanOrEqualTo(count(inTime, "Opened"));
    assertThat(late.isEmpty()).isEqualTo(inTime.isEmpty());
    assertThat(count(late, "Resolved")).isEqualTo(count(late, "Opened"));
    Set<Integer> failing = new TreeSet<>();
    work.stream().filter(Batch::failed).forEach(batch -> failing.add(batch.window()));
    assertThat(late)
        .filteredOn(change -> change.startsWith("Opened"))
        .allSatisfy(opened -> assertThat(failing).contains(window(opened), window(opened) - 1));
  }

  @Property(tries = 500)
  void shouldReportTheSameAfterARestartAtAnyPoint(
      @ForAll("work") List<Batch> work, @ForAll List<Integer> restarts) {
    Set<Integer> at = new TreeSet<>();
    restarts.forEach(restart -> at.add(Math.floorMod(restart, 100)));

    assertThat(run(ERRORS, work, at)).isEqualTo(run(ERRORS, work, Set.of()));
  }

  @Property(tries = 500)
  void shouldNotTakeASteadilyLateServiceForSilentUntilItIs(
      @ForAll("steadyLateness") int late, @ForAll("restarts") Set<Integer> restarts) {
    List<Batch> work = new ArrayList<>();
    for (int window = 0; window < 60; window++) {
      work.add(new Batch(window, 50, false, late));
    }

    List<String> told = changes(run(SILENCE, work, restarts));

    // Silent from window 60 on: seen when the second silent window has had its time.
    assertThat(told).containsExactly("Opened 61");
  }

  @Property(tries = 500)
  void shouldHealOnceAtTheMostWhenAServiceBecomesLate(
      @ForAll("steadyLateness") int late, @ForAll("restarts") Set<Integer> restarts) {
    List<Batch> work = new ArrayList<>();
    for (int window = 0; window < 90; window++) {
      work.add(new Batch(window, 50, false, window < 30 ? 0 : late));
    }

    List<String> told = changes(run(SILENCE, work, restarts));
    List<String> whileWorking = told.stream().filter(change -> window(change) < 90 - late).toList();

    assertThat(count(whileWorking, "Opened")).isLessThan(2);
    assertThat(count(whileWorking, "Resolved")).isEqualTo(count(whileWorking, "Opened"));
  }

  @Provide
  Arbitrary<List<Batch>> work() {
    Arbitrary<List<Stretch>> stretches =
        Combinators.combine(
                Arbitraries.integers().between(1, 12), Arbitraries.of(false, false, true))
            .as(Stretch::new)
            .list()
            .ofMinSize(1)
            .ofMaxSize(8);
    return Combinators.combine(
            stretches, Arbitraries.randomValue(random -> random.nextLong()), habits())
        .as(
            (all, seed, habit) -> {
              java.util.Random random = new java.util.Random(seed);
              List<Batch> batches = new ArrayList<>();
              int window = 0;
              for (Stretch stretch : all) {
                for (int i = 0; i < stretch.windows(); i++, window++) {
                  int parts = 1 + random.nextInt(3);
                  for (int part = 0; part < parts; part++) {
                    batches.add(
                        new Batch(window, 30, stretch.failing(), habit.late(random, window)));
                  }
                }
              }
              return batches;
            });
  }

  /** How late a service is. */
  private enum Habit {
    EACH_BATCH_ANYHOW,
    EACH_WINDOW_ANYHOW,
    STEADY,
    SOMETIMES;

    int late(java.util.Random random, int window) {
      return switch (this) {
        case EACH_BATCH_ANYHOW -> random.nextInt(MOST_LATE + 1);
        case EACH_WINDOW_ANYHOW -> (int) (window * 2_654_435_761L % (MOST_LATE + 1));
        case STEADY -> 3;
        case SOMETIMES -> random.nextInt(4) == 0 ? random.nextInt(MOST_LATE + 1) : 0;
      };
    }
  }

  private static Arbitrary<Habit> habits() {
    return Arbitraries.of(Habit.class);
  }

  @Provide
  Arbitrary<Integer> steadyLateness() {
    return Arbitraries.integers().between(0, MOST_LATE);
  }

  @Provide
  Arbitrary<Set<Integer>> restarts() {
    return Arbitraries.integers().between(0, 120).set().ofMaxSize(6);
  }

  private static List<Batch> inTime(List<Batch> work) {
    return work.stream()
        .map(batch -> new Batch(batch.window(), batch.count(), batch.failed(), 0))
        .toList();
  }

  private static long count(List<String> changes, String kind) {
    return changes.stream().filter(change -> change.startsWith(kind)).count();
  }

  private static int window(String change) {
    return Integer.parseInt(change.substring(change.indexOf(' ') + 1));
  }

  /** A reported change, and its window. */
  private static List<String> changes(List<Finding> findings) {
    List<String> changes = new ArrayList<>();
    for (Finding finding : findings) {
      Change.Reported change = finding.change();
      if (!(change instanceof Change.Updated)) {
        long endMs =
            change instanceof Change.Resolved resolved
                ? resolved.endMs()
                : change.episode().openedAtMs();
        changes.add(change.getClass().getSimpleName() + " " + ((endMs - START_MS) / WINDOW_MS - 1));
      }
    }
    return changes;
  }

  private static List<Finding> run(RulesConfig config, List<Batch> work, Set<Integer> at) {
    Partition partition = new Partition(config);
    int last = work.stream().mapToInt(batch -> batch.window() + batch.late()).max().orElse(0);
    for (int now = 0; now <= last + AFTERWARDS; now++) {
      if (at.contains(now)) {
        partition.restart();
      }
      for (Batch batch : work) {
        if (batch.window() == now && batch.late() == 0) {
          partition.count(batch);
        }
      }
      partition.close(now);
      for (Batch batch : work) {
        if (batch.late() > 0 && batch.window() + batch.late() - 1 == now) {
          partition.count(batch);
          partition.late(batch, now);
        }
      }
      partition.commit(now);
    }
    return partition.output.findings();
  }

  /** The windows of a partition, as they close and are revised. */
  private static final class Partition implements RecentWindows, UsualLateness.Store {
    private final RulesConfig config;
    private final Map<Integer, WindowStats> windows = new HashMap<>();
    private final Map<Integer, WindowStats> revised = new TreeMap<>();
    private final MemoryOutput output = new MemoryOutput();
    private final Map<SeriesId, UsualLateness.Late> lateServices = new HashMap<>();
    private RuleEvaluator evaluator;
    private UsualLateness lateness = new UsualLateness(12, this);

    Partition(RulesConfig config) {
      this.config = config;
      this.evaluator = evaluator();
    }

    private RuleEvaluator evaluator() {
      return new RuleEvaluator(config, List.of(), Duration.ofMillis(WINDOW_MS), AGAIN);
    }

    void restart() {
      evaluator = output.restored(evaluator());
      lateness = new UsualLateness(12, this);
      lateServices.forEach(lateness::restore);
    }

    void count(Batch batch) {
      WindowStats stats = windows.computeIfAbsent(batch.window(), w -> new WindowStats());
      for (int i = 0; i < batch.count(); i++) {
        stats.record(10_000, 1, batch.failed());
      }
    }

    void close(int now) {
      WindowStats stats = windows.get(now);
      if (stats != null) {
        evaluator.observe(SERVICE, window(now), stats);
      }
      lateness.passed(startMs(now + 1));
      evaluator.complete(window(now), this, output);
    }

    void late(Batch batch, int now) {
      WindowStats all = windows.get(batch.window());
      revised.put(batch.window(), all);
      int behind = now - batch.window() + 1;
      double share = (double) batch.count() / all.count();
      lateness.observe(SERVICE, behind, share, startMs(now + 1));
    }

    void commit(int now) {
      revised.forEach((window, stats) -> evaluator.revise(SERVICE, window(window), stats));
      if (!revised.isEmpty()) {
        evaluator.revisionsComplete(window(now), this, output);
      }
      revised.clear();
    }

    private static TierWindow window(int index) {
      return new TierWindow(WindowTier.BASE, startMs(index));
    }

    private static long startMs(int window) {
      return START_MS + window * WINDOW_MS;
    }

    @Override
    public int lateness(SeriesId series) {
      return lateness.of(series);
    }

    @Override
    public @Nullable WindowStats stats(SeriesId series, long startMs) {
      return windows.get((int) ((startMs - START_MS) / WINDOW_MS));
    }

    @Override
    public void put(SeriesId service, UsualLateness.Late late) {
      lateServices.put(service, late);
    }

    @Override
    public void delete(SeriesId service) {
      lateServices.remove(service);
    }
  }
}
