package io.tracetide.benchmarks.anomaly;

import io.tracetide.benchmarks.live.LiveRun;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Runs of the processor over one load, which is written again for each of them: one in which the
 * processor is killed, and others without kills.
 *
 * <p>Time is faster in the load than on the clock, so the grace of windows is longer, in
 * proportion: otherwise a processor that reads what was written while it was down would close
 * windows that its other inputs still fill, which live traffic does not cause.
 */
public final class AnomalyRuns {
  private static final int WINDOWS_PER_KILL = 12;
  private static final Duration PAUSE = Duration.ofMillis(150);
  private static final int LONGEST_UP_MILLIS = 4_000;
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration CAUGHT_UP = Duration.ofMinutes(10);

  /** From the publication of a window to that of its anomalies: five commits, and a margin. */
  private static final Duration DETECTED_AFTER = Duration.ofSeconds(20);

  private static final long NAP_MILLIS = 2_000;

  private final BenchPlatform platform;
  private final FaultyLoad load;
  private final Launcher launcher;
  private final int threads;
  private final Duration commitInterval;

  /** Creates runs over one load. */
  public AnomalyRuns(
      BenchPlatform platform,
      FaultyLoad load,
      Launcher launcher,
      int threads,
      Duration commitInterval) {
    this.platform = platform;
    this.load = load;
    this.launcher = launcher;
    this.threads = threads;
    this.commitInterval = commitInterval;
  }

  /** A load that lasts for so many kills and ends before now. */
  public static FaultyLoad load(int kills, long seed, Instant now) {
    int windows = FaultyLoad.WARM_UP + kills * WINDOWS_PER_KILL + FaultyLoad.CALM;
    Duration length = FaultyLoad.WINDOW.multipliedBy(windows + 6L).plus(FaultyLoad.last());
    long start = now.minus(length).getEpochSecond();
    long step = FaultyLoad.WINDOW.toSeconds();
    return new FaultyLoad(Instant.ofEpochSecond(start - start % step), windows, seed);
  }

  /**
   * Writes the load and kills the processor meanwhile, at random times: some during processing,
   * some during the restoring of state.
   *
   * @param killed receives the number of kills
   */
  public AnomalyHistory killed(int kills, IntConsumer killed) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(load.seed());
    return run(
        "killed",
        (run, allowed) -> {
          TimeUnit.NANOSECONDS.sleep(PAUSE.multipliedBy(FaultyLoad.WARM_UP).toNanos());
          for (int kill = 1; kill <= kills; kill++) {
            allowed.release(WINDOWS_PER_KILL);
            // Every third kill may come before the state is restored.
            if (kill % 3 != 0) {
              run.instance().awaitReady(READY);
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_UP_MILLIS));
            run.instance().crash();
            killed.accept(kill);
          }
        });
  }

  /** Runs the processor over the load without kills. */
  public AnomalyHistory undisturbed(String name) throws InterruptedException {
    return run(name, (run, allowed) -> {});
  }

  /** What is done to a processor while the load is written. */
  @FunctionalInterface
  private interface Disturbance {

    /**
     * Disturbs the processor.
     *
     * @param allowed windows after the warm-up that may be written
     */
    void apply(LiveRun run, Semaphore allowed) throws InterruptedException;
  }

  private AnomalyHistory run(String name, Disturbance disturbance) throws InterruptedException {
    platform.topics().empty(Topics.TRACES);
    Map<TopicPartition, Long> before = platform.topics().ends(Topics.ANOMALIES);
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    try (LiveRun run = start(name);
        LoadWriter writer = new LoadWriter(load, platform)) {
      Semaphore allowed = new Semaphore(0);
      Thread writing = new Thread(() -> write(writer, allowed, failure), "load-writer");
      writing.setDaemon(true);
      writing.start();
      disturbance.apply(run, allowed);
      allowed.release(load.windows());
      writing.join();
      RuntimeException cause = failure.get();
      if (cause != null) {
        throw cause;
      }
      return finished(run, before);
    }
  }

  private static void write(
      LoadWriter writer, Semaphore allowed, AtomicReference<@Nullable RuntimeException> failure) {
    try {
      writer.write(PAUSE, allowed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private LiveRun start(String name) throws InterruptedException {
    return LiveRun.start(
        platform,
        launcher,
        "anomalies-" + name,
        1,
        threads,
        commitInterval,
        List.of(
            "processor: { windows: { grace: %dm } }%n".formatted(FaultyLoad.GRACE.toMinutes())));
  }

  /** Waits until the last window is published and detection had time for it. */
  private AnomalyHistory finished(LiveRun run, Map<TopicPartition, Long> before)
      throws InterruptedException {
    long deadline = System.nanoTime() + CAUGHT_UP.toNanos();
    while (run.lag() > 0 || !isLastWindowPublished(run)) {
      run.instance().requireAlive();
      if (System.nanoTime() > deadline) {
        throw new EnvironmentException(
            "the processor did not publish the last window within %d s: %d records left"
                .formatted(CAUGHT_UP.toSeconds(), run.lag()));
      }
      TimeUnit.MILLISECONDS.sleep(NAP_MILLIS);
    }
    TimeUnit.NANOSECONDS.sleep(DETECTED_AFTER.toNanos());
    AvroDecoder<Anomaly> decoder = new AvroDecoder<>(platform.registry(), Anomaly.class);
    AnomalyHistory published = new AnomalyHistory(load.end(), revised(run));
    platform.topics().read(before, (key, value) -> published.add(decoder.decode(value), value));
    return published;
  }

  private boolean isLastWindowPublished(LiveRun run) {
    boolean[] found = new boolean[1];
    forEachWindow(run, window -> found[0] |= window.getWindowEnd().equals(load.end()));
    return found[0];
  }

  /** Number of windows of the load that were published again because spans were late. */
  private int revised(LiveRun run) {
    int[] revised = new int[1];
    forEachWindow(
        run,
        window -> {
          boolean within = !window.getWindowEnd().isAfter(load.end());
          revised[0] += within && window.getRevision() > 0 ? 1 : 0;
        });
    return revised[0];
  }

  private void forEachWindow(LiveRun run, Consumer<WindowAggregate> visitor) {
    AvroDecoder<WindowAggregate> decoder =
        new AvroDecoder<>(platform.registry(), WindowAggregate.class);
    platform
        .topics()
        .read(
            run.outputBefore(),
            (key, value) -> {
              WindowAggregate window = decoder.decode(value);
              Duration length = Duration.between(window.getWindowStart(), window.getWindowEnd());
              if (length.equals(FaultyLoad.WINDOW)) {
                visitor.accept(window);
              }
            });
  }
}
