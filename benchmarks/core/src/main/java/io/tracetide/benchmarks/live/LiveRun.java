package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.measurement.Bench;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.truth.Answer;
import io.tracetide.benchmarks.truth.Answers;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.benchmarks.variant.RunSettings;
import io.tracetide.benchmarks.variant.WindowAggregateAnswers;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.environment.LoopbackPort;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * One or more processors of the topic of traces with their own group and state, which are deleted
 * afterwards.
 */
public final class LiveRun implements AutoCloseable {

  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(5);

  /** The window, its grace, the time until idle partitions are detected, and a margin. */
  private static final Duration CLOSED_AFTER = Duration.ofSeconds(40);

  private static final Duration DRAINED = Duration.ofMinutes(5);

  private final BenchPlatform platform;
  private final String id;
  private final Path directory;
  private final Map<TopicPartition, Long> before;
  private final List<ProcessorInstance> instances = new ArrayList<>();

  private LiveRun(BenchPlatform platform, String id) {
    this.platform = platform;
    this.id = id;
    this.directory = platform.directory().resolve("runs").resolve(id);
    this.before = platform.topics().ends(Topics.WINDOW_AGGREGATES);
  }

  /**
   * Starts the processors and waits until they are ready.
   *
   * @param id of no other run on this platform
   * @param overlays YAML to lay over their defaults
   */
  public static LiveRun start(
      BenchPlatform platform,
      Launcher launcher,
      String id,
      int instances,
      int threads,
      Duration commitInterval,
      List<String> overlays)
      throws InterruptedException {
    LiveRun run = new LiveRun(platform, id);
    try {
      for (int i = 0; i < instances; i++) {
        int port = LoopbackPort.free();
        RunSettings settings = run.settings(i, threads, commitInterval);
        run.instances.add(
            ProcessorInstance.start(
                launcher.processor(settings, overlays, port, "instance-" + i),
                platform.logs().resolve(id + "-" + i + ".log"),
                port));
      }
      for (ProcessorInstance instance : run.instances) {
        instance.awaitReady(READY);
      }
      return run;
    } catch (RuntimeException | InterruptedException e) {
      run.close();
      throw e;
    }
  }

  private RunSettings settings(int instance, int threads, Duration commitInterval) {
    return new RunSettings(
        platform.bootstrapServers(),
        platform.registryUrl(),
        id,
        Topics.TRACES,
        Topics.WINDOW_AGGREGATES,
        0,
        1,
        threads,
        commitInterval,
        directory.resolve("instance-" + instance));
  }

  public List<ProcessorInstance> instances() {
    return List.copyOf(instances);
  }

  /** The first one. */
  public ProcessorInstance instance() {
    return instances.get(0);
  }

  /** Where the state of all of them lies. */
  public Path directory() {
    return directory;
  }

  /** Records that are not committed yet. */
  public long lag() {
    return platform.topics().lag(id, Topics.TRACES);
  }

  /**
   * Batches of samples that detection has not read. It is never zero for long, because each
   * transaction ends with a record that is not counted as read.
   */
  public long samplesLag() {
    return platform.topics().lag(id, id + "-tenant-samples-repartition");
  }

  /** Offsets that are committed. */
  public Map<TopicPartition, Long> committed() {
    return platform.topics().committed(id);
  }

  /**
   * Waits until everything written is committed, the clock has closed the workload's last window,
   * and nothing more is published.
   */
  public void awaitDrained(Workload workload, Clock clock) throws InterruptedException {
    long closedMs = workload.startMs() + workload.span().plus(CLOSED_AFTER).toMillis();
    TimeUnit.MILLISECONDS.sleep(Math.max(0, closedMs - clock.millis()));
    long deadline = System.nanoTime() + DRAINED.toNanos();
    long quietSince = System.nanoTime();
    Map<TopicPartition, Long> ends = Map.of();
    while (System.nanoTime() - quietSince < SETTLED_AFTER.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(250);
      Map<TopicPartition, Long> now = platform.topics().ends(Topics.WINDOW_AGGREGATES);
      if (!now.equals(ends) || lag() > 0) {
        ends = now;
        quietSince = System.nanoTime();
      }
      if (System.nanoTime() > deadline) {
        throw new EnvironmentException(
            "the processors did not catch up within %d s: %d records left"
                .formatted(DRAINED.toSeconds(), lag()));
      }
    }
  }

  /** The results that they have published since their start. */
  public Answers answers(Truth truth) {
    Answers answers = new Answers(truth);
    forEachAnswer(answers::put);
    return answers;
  }

  /** Everything that they have published since they were started, in order. */
  public void forEachAnswer(Consumer<Answer> visitor) {
    WindowAggregateAnswers reader = new WindowAggregateAnswers(platform.registry());
    platform.topics().read(before, (key, value) -> reader.read(key, value).ifPresent(visitor));
  }

  /** Offsets of the published windows before these processors were started. */
  public Map<TopicPartition, Long> outputBefore() {
    return before;
  }

  @Override
  public void close() {
    instances.forEach(ProcessorInstance::close);
    platform.topics().deleteInternal(id);
    platform.topics().empty(Topics.WINDOW_AGGREGATES);
    Bench.delete(directory);
  }
}
