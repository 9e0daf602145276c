package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.truth.Answers;
import io.tracetide.benchmarks.truth.Truth;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Kills the processor, the alert sink and the broker, and damages stores, at random moments under
 * live work, while records that cannot be processed arrive between the good ones.
 */
public final class Faults {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String PROCESSOR_QUERY = "/monitoring/analytics?timeRange=1m";
  private static final String SINK_QUERY = "/api/v2/alerts";
  private static final long ASK_EVERY_MILLIS = 50;

  private final BenchPlatform platform;
  private final Clock clock;
  private final Plan plan;
  private final StateDamage damage;

  /**
   * The plan of a run.
   *
   * @param kills kills -9: three of five of the processor, one each of the sink and the broker
   * @param damages stores damaged while their process is down: four of five the processor's
   * @param oversized records that are too large
   * @param malformed records that are not in the wire format or have no known schema
   * @param duration over which all of it is spread
   */
  public record Plan(
      int kills, int damages, int oversized, int malformed, Duration duration, long seed) {}

  /** A fault and how long it took until queries were answered completely again. */
  public record Recovery(String fault, double seconds) {}

  /**
   * The outcome.
   *
   * @param bad records that cannot be processed
   * @param withoutLetter those of them that have no dead letter
   */
  public record Outcome(
      Answers answers, List<Recovery> recoveries, int bad, Set<String> withoutLetter) {}

  private enum Fault {
    KILL_PROCESSOR,
    KILL_SINK,
    KILL_BROKER,
    DAMAGE_PROCESSOR,
    DAMAGE_SINK
  }

  /** Creates a run. The same seed gives the same faults, but not the same times. */
  public Faults(BenchPlatform platform, Clock clock, Plan plan) {
    this.platform = platform;
    this.clock = clock;
    this.plan = plan;
    this.damage = new StateDamage(new SplittableRandom(plan.seed()));
  }

  /**
   * Runs it.
   *
   * @param truth of a workload that lasts as long as the plan
   * @param sinkState the sink's state directory
   * @param struck receives each fault with its recovery
   */
  public Outcome run(
      LiveRun processors,
      ServerProcess sink,
      Path sinkState,
      Truth truth,
      Consumer<Recovery> struck)
      throws InterruptedException {
    List<Recovery> recoveries = new ArrayList<>();
    try (PacedWriter writer =
            PacedWriter.start(
                truth.workload(), platform.bootstrapServers(), platform.registry(), clock);
        BadRecords bad =
            BadRecords.start(
                platform,
                clock,
                plan.seed(),
                plan.oversized(),
                plan.malformed(),
                plan.duration())) {
      Random random = new Random(plan.seed());
      List<Fault> faults = faults(random);
      long begin = System.nanoTime();
      long each = plan.duration().toNanos() / (faults.size() + 1);
      for (int i = 0; i < faults.size(); i++) {
        long due = begin + each * i + (long) (each * (0.5 + 0.5 * random.nextDouble()));
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        processors.instance().requireAlive();
        sink.requireAlive();
        Recovery recovery =
            strike(faults.get(i), random.nextBoolean(), processors, sink, sinkState);
        recoveries.add(recovery);
        struck.accept(recovery);
      }
      bad.awaitDone();
      writer.awaitDone();
      processors.awaitDrained(truth.workload(), clock);
      processors.instance().requireAlive();
      sink.requireAlive();
      return new Outcome(processors.answers(truth), recoveries, bad.acknowledged(), bad.missing());
    }
  }

  private List<Fault> faults(Random random) {
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < plan.kills(); i++) {
      faults.add(
          switch (i % 5) {
            case 3 -> Fault.KILL_SINK;
            case 4 -> Fault.KILL_BROKER;
            default -> Fault.KILL_PROCESSOR;
          });
    }
    for (int i = 0; i < plan.damages(); i++) {
      faults.add(i % 5 == 4 ? Fault.DAMAGE_SINK : Fault.DAMAGE_PROCESSOR);
    }
    Collections.shuffle(faults, random);
    return faults;
  }

  private Recovery strike(
      Fault fault, boolean killed, LiveRun processors, ServerProcess sink, Path sinkState)
      throws InterruptedException {
    List<String> details = new ArrayList<>();
    long begin = System.nanoTime();
    switch (fault) {
      case KILL_PROCESSOR -> processors.instance().crash();
      case KILL_SINK -> sink.crash();
      case KILL_BROKER -> platform.broker().crash();
      case DAMAGE_PROCESSOR ->
          processors
              .instance()
              .restart(killed, () -> damage.apply(processors.directory()).ifPresent(details::add));
      case DAMAGE_SINK ->
          sink.restart(killed, () -> damage.apply(sinkState).ifPresent(details::add));
    }
    boolean ofSink = fault == Fault.KILL_SINK || fault == Fault.DAMAGE_SINK;
    double seconds = answersAfter(begin, ofSink, processors, sink);
    String how =
        details.isEmpty() ? "" : " (" + (killed ? "killed, " : "stopped, ") + details + ")";
    return new Recovery(fault + how, seconds);
  }

  /**
   * Seconds from then on until a query is answered completely; infinity after {@link #PATIENCE}.
   */
  private static double answersAfter(
      long begin, boolean ofSink, LiveRun processors, ServerProcess sink)
      throws InterruptedException {
    while (System.nanoTime() - begin < PATIENCE.toNanos()) {
      Optional<String> answer =
          ofSink ? sink.get(SINK_QUERY) : processors.instance().get(PROCESSOR_QUERY);
      if (answer.isPresent() && !answer.get().contains("\"partial\":true")) {
        return (System.nanoTime() - begin) / 1e9;
      }
      if (ofSink) {
        sink.requireAlive();
      } else {
        processors.instance().requireAlive();
      }
      TimeUnit.MILLISECONDS.sleep(ASK_EVERY_MILLIS);
    }
    return Double.POSITIVE_INFINITY;
  }
}
