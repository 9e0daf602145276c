package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.measurement.Sample;
import io.tracetide.benchmarks.measurement.Trajectory;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.truth.Answers;
import io.tracetide.benchmarks.truth.Truth;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Kills processors at random times under load and compares their final counts with the truth.
 *
 * <p>A kill comes between {@value #EARLIEST_MILLIS} and {@value #LATEST_MILLIS} ms after the one
 * before: sometimes during processing, sometimes during the restoring of state.
 */
public final class Chaos {

  private static final int EARLIEST_MILLIS = 500;
  private static final int LATEST_MILLIS = 15_000;

  /** Duration of this number of kills, with some time at the end. */
  public static Duration duration(int kills) {
    long mean = (EARLIEST_MILLIS + LATEST_MILLIS) / 2;
    return Duration.ofMillis(kills * mean).plusSeconds(20);
  }

  private final BenchPlatform platform;
  private final Clock clock;
  private final SplittableRandom random;

  /** Creates a run. The same seed gives the same times of kills. */
  public Chaos(BenchPlatform platform, Clock clock, long seed) {
    this.platform = platform;
    this.clock = clock;
    this.random = new SplittableRandom(seed);
  }

  /**
   * The outcome.
   *
   * @param answers all published results
   * @param mostInACommit most events that one process read within one commit interval, the most
   *     that a kill can make count twice under at_least_once
   */
  public record Outcome(Answers answers, long mostInACommit) {}

  /** Writes the workload of that truth with this number of kills. */
  public Outcome run(
      LiveRun processors, Truth truth, int kills, Duration commitInterval, IntConsumer killed)
      throws InterruptedException {
    try (PacedWriter writer =
        PacedWriter.start(
            truth.workload(), platform.bootstrapServers(), platform.registry(), clock)) {
      for (int kill = 1; kill <= kills; kill++) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(EARLIEST_MILLIS, LATEST_MILLIS));
        List<ProcessorInstance> instances = processors.instances();
        instances.get(random.nextInt(instances.size())).crash();
        killed.accept(kill);
      }
      writer.awaitDone();
    }
    processors.awaitDrained(truth.workload(), clock);
    return new Outcome(processors.answers(truth), mostWithin(processors, commitInterval));
  }

  private static long mostWithin(LiveRun processors, Duration interval) {
    return processors.instances().stream()
        .flatMap(instance -> instance.lives().stream())
        .mapToLong(life -> mostWithin(life, interval))
        .max()
        .orElse(0);
  }

  static long mostWithin(Trajectory life, Duration interval) {
    List<Sample> samples = life.samples();
    long most = 0;
    int from = 0;
    for (int to = 0; to < samples.size(); to++) {
      while (samples.get(to).nanos() - samples.get(from).nanos() > interval.toNanos()) {
        from++;
      }
      // The sample before the interval counts too: what lies between may be within it.
      Sample first = samples.get(Math.max(0, from - 1));
      most = Math.max(most, samples.get(to).events() - first.events());
    }
    return most;
  }
}
