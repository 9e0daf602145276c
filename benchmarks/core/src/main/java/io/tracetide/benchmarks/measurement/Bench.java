package io.tracetide.benchmarks.measurement;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.platform.BenchTopics;
import io.tracetide.benchmarks.process.ChildJvm;
import io.tracetide.benchmarks.process.ProcessFigures;
import io.tracetide.benchmarks.tally.TallyKey;
import io.tracetide.benchmarks.truth.AnswerReader;
import io.tracetide.benchmarks.truth.Answers;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.truth.Verdict;
import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.benchmarks.variant.RunSettings;
import io.tracetide.benchmarks.variant.Variant;
import io.tracetide.benchmarks.variant.WindowAggregateAnswers;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** Runs one variant over the workload in Kafka, samples it from outside, and checks its results. */
public final class Bench {

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** Time without growth after which an output is complete. */
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(4);

  /** Time without progress after which a variant is stuck. */
  private static final Duration STUCK_AFTER = Duration.ofMinutes(3);

  /** How often results that are not correct yet are read again, each time after settling. */
  private static final int READINGS = 3;

  private final BenchPlatform platform;
  private final Truth truth;
  private final Launcher launcher;
  private final int threads;
  private final Duration commitInterval;
  private final Watcher watcher;
  private final String name;

  /** Receives the progress of a run. */
  @FunctionalInterface
  public interface Watcher {
    void progress(Variant variant, int round, long events);
  }

  /**
   * Runs variants over a workload that has been written.
   *
   * @param name distinguishes its runs from those of other benches on the same platform
   */
  public Bench(
      String name,
      BenchPlatform platform,
      Truth truth,
      Launcher launcher,
      int threads,
      Duration commitInterval,
      Watcher watcher) {
    this.name = name;
    this.platform = platform;
    this.truth = truth;
    this.launcher = launcher;
    this.threads = threads;
    this.commitInterval = commitInterval;
    this.watcher = watcher;
  }

  /** One run, from a cold start to the last answer, with nothing left behind. */
  public Measurement run(Variant variant, int round) throws InterruptedException {
    String id = "%s-%s-%d".formatted(name, variant.label(), round);
    RunSettings run = settings(variant, id);
    String output = output(variant);
    Map<TopicPartition, Long> before = platform.topics().ends(output);
    if (variant.isTracetide()) {
      // It reads both topics of events, which have the same ones.
      platform
          .topics()
          .skip(id, variant.key() == EventWriter.Key.BATCH ? Topics.TRACES : Topics.TRACE_BATCHES);
    }
    try {
      return new Run(variant, round, run, output, before).measure();
    } finally {
      platform.topics().deleteInternal(id);
      platform.topics().empty(output);
      delete(run.directory());
    }
  }

  private RunSettings settings(Variant variant, String id) {
    String input = BenchTopics.input(variant.key());
    long records = platform.topics().records(input);
    long events =
        variant.key() == EventWriter.Key.BATCH
            ? truth.workload().records() + platform.topics().ends(input).size()
            : records;
    return new RunSettings(
        platform.bootstrapServers(),
        platform.registryUrl(),
        id,
        input,
        output(variant),
        events,
        (double) events / Math.max(1, records),
        threads,
        commitInterval,
        platform.directory().resolve("runs").resolve(id));
  }

  /** The output topic; a variant without results has an empty one. */
  private static String output(Variant variant) {
    return variant.isTracetide() ? Topics.WINDOW_AGGREGATES : BenchTopics.TALLIES;
  }

  private AnswerReader reader(Variant variant) {
    return variant.isTracetide()
        ? new WindowAggregateAnswers(platform.registry())
        : (key, value) -> Optional.of(TallyKey.answer(key, value));
  }

  /** Deletes the state of a run. */
  public static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The state of a run in progress. */
  private final class Run {

    private final Variant variant;
    private final int round;
    private final RunSettings settings;
    private final String output;
    private final Map<TopicPartition, Long> before;
    private final Trajectory trajectory = new Trajectory();
    private final AtomicBoolean finished = new AtomicBoolean();
    private long outputEnd;
    private long outputGrewNanos;
    private long readAllNanos;
    private long judgedNanos;
    private long gotOnNanos;
    private long seenEvents;
    private Optional<ProcessFigures> figures = Optional.empty();

    Run(
        Variant variant,
        int round,
        RunSettings settings,
        String output,
        Map<TopicPartition, Long> before) {
      this.variant = variant;
      this.round = round;
      this.settings = settings;
      this.output = output;
      this.before = before;
    }

    Measurement measure() throws InterruptedException {
      long startNanos = System.nanoTime();
      outputEnd = outputEnd();
      outputGrewNanos = startNanos;
      gotOnNanos = startNanos;
      Path log = platform.logs().resolve(variant.label() + ".log");
      try (ChildJvm child =
          ChildJvm.start(launcher.command(variant, settings), log, this::onLine)) {
        Verdict verdict = awaitVerdict(child);
        long doneNanos = Math.max(readAllNanos, outputGrewNanos);
        return new Measurement(
            variant,
            round,
            trajectory,
            settings.records(),
            SteadyState.of(trajectory, settings.records(), (double) doneNanos),
            figures.map(f -> f.cpu().toMillis() / 1_000.0).orElse(Double.NaN),
            (doneNanos - startNanos) / 1e9,
            figures.map(ProcessFigures::peakRssBytes).orElse(OptionalLong.empty()),
            verdict);
      }
    }

    private void onLine(String line) {
      Sample.parse(line, System.nanoTime()).ifPresent(trajectory::add);
      if (Sample.isEnd(line)) {
        finished.set(true);
      }
    }

    private Verdict awaitVerdict(ChildJvm child) throws InterruptedException {
      Verdict verdict = Verdict.ofCount(truth.workload().records(), 0);
      for (int reading = 0; reading < READINGS && !verdict.isRight(); reading++) {
        awaitEnd(child);
        verdict = judge();
        judgedNanos = System.nanoTime();
        if (finished.get()) {
          break;
        }
      }
      return verdict;
    }

    private void awaitEnd(ChildJvm child) throws InterruptedException {
      while (!isComplete()) {
        TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        boolean alive = child.isAlive();
        if (!alive) {
          child.awaitEnd();
        }
        look(child);
        if (!alive && !finished.get()) {
          throw child.death();
        }
        requireProgress();
      }
    }

    private boolean isComplete() {
      if (variant.endsByItself()) {
        return finished.get();
      }
      long lastNanos = Math.max(Math.max(outputGrewNanos, readAllNanos), judgedNanos);
      return readAllNanos > 0 && System.nanoTime() - lastNanos > SETTLED_AFTER.toNanos();
    }

    private void look(ChildJvm child) {
      long now = System.nanoTime();
      ProcessFigures.of(child.pid()).ifPresent(f -> figures = Optional.of(f));
      long events = trajectory.events();
      if (events != seenEvents) {
        seenEvents = events;
        gotOnNanos = now;
        watcher.progress(variant, round, events);
      }
      if (readAllNanos == 0 && events >= settings.records()) {
        readAllNanos = now;
      }
      long end = variant.answers() ? outputEnd() : outputEnd;
      if (end != outputEnd) {
        outputEnd = end;
        outputGrewNanos = now;
        gotOnNanos = now;
      }
    }

    private void requireProgress() {
      if (System.nanoTime() - gotOnNanos > STUCK_AFTER.toNanos()) {
        throw new EnvironmentException(
            "%s makes no progress: %d of %d records read, see %s"
                .formatted(
                    variant.label(),
                    seenEvents,
                    settings.records(),
                    platform.logs().resolve(variant.label() + ".log")));
      }
    }

    private long outputEnd() {
      return platform.topics().ends(output).values().stream().mapToLong(Long::longValue).sum();
    }

    private Verdict judge() {
      if (!variant.answers()) {
        long written = truth.workload().records();
        long ticks = settings.records() - written;
        return Verdict.ofCount(written, trajectory.events() - ticks);
      }
      Answers answers = new Answers(truth);
      AnswerReader reader = reader(variant);
      platform
          .topics()
          .read(before, (key, value) -> reader.read(key, value).ifPresent(answers::put));
      return answers.judge();
    }
  }
}
