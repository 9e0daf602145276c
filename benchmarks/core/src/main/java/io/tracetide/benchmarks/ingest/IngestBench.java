package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.process.ProcessFigures;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.span.SpanSequence;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends the same spans to one receiver after another, each a fresh JVM, and reads from the
 * operating system what processor time it took of them.
 */
public final class IngestBench {

  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(1);

  private final BenchPlatform platform;
  private final Gateways gateways;
  private final Clock clock;
  private final Plan plan;

  /**
   * What is sent.
   *
   * @param warmUpSpans before anything is measured
   * @param spans that are measured
   * @param batch spans of a request
   * @param clients that send at once, each as fast as it is answered
   */
  public record Plan(long warmUpSpans, long spans, int batch, int clients) {}

  /**
   * One run.
   *
   * @param cpuSeconds of the receiver's process, user and system
   * @param brokerCpuSeconds of the broker meanwhile
   * @param millis how long requests took
   * @param answers how often each was given
   * @param isComplete whether every span was taken, and those of ours are in the topic
   */
  public record Result(
      Receiver receiver,
      long spans,
      double seconds,
      double cpuSeconds,
      double brokerCpuSeconds,
      double peakRssMib,
      Percentiles millis,
      Map<String, Long> answers,
      boolean isComplete) {

    public double spansPerCpuSecond() {
      return spans / cpuSeconds;
    }
  }

  public IngestBench(BenchPlatform platform, Gateways gateways, Clock clock, Plan plan) {
    this.platform = platform;
    this.gateways = gateways;
    this.clock = clock;
    this.plan = plan;
  }

  /** One run, from a cold start. */
  public Result run(Receiver receiver, int round) throws InterruptedException {
    String name = receiver.name().toLowerCase(Locale.ROOT) + "-" + round;
    try (ServerProcess server = start(receiver, name)) {
      return measure(receiver, server);
    } finally {
      platform.topics().empty(Topics.TRACES);
    }
  }

  private ServerProcess start(Receiver receiver, String name) throws InterruptedException {
    Path log = platform.logs().resolve(name + ".log");
    return receiver.isOurs()
        ? gateways.start(name)
        : ZipkinServer.start(gateways.heap(), gateways.jvmFlags(), log);
  }

  private Result measure(Receiver receiver, ServerProcess server) throws InterruptedException {
    Bodies bodies =
        new Bodies(
            server.url(),
            new SpanSequence(1, clock.millis() * 1_000),
            receiver.encoding(),
            plan.batch());
    long first = plan.warmUpSpans() / plan.batch();
    long stored = stored(receiver, server);
    Load.unpaced(bodies::request, plan.clients()).run(first);
    stored = awaitStored(receiver, server, stored + first * plan.batch());
    double cpu = cpuSeconds(server.figures());
    double brokerCpu = cpuSeconds(platform.broker().figures());
    long requests = plan.spans() / plan.batch();
    LoadTally tally =
        Load.unpaced(number -> bodies.request(first + number), plan.clients()).run(requests);
    long spans = requests * plan.batch();
    long storedInTheEnd = awaitStored(receiver, server, stored + spans);
    return new Result(
        receiver,
        spans,
        tally.seconds(),
        cpuSeconds(server.figures()) - cpu,
        cpuSeconds(platform.broker().figures()) - brokerCpu,
        peakRssMib(server.figures()),
        tally.accepting(),
        tally.outcomes(),
        tally.accepted() == requests && storedInTheEnd - stored == spans);
  }

  /** Waits until so many are stored, or for as long as it may take; says how many are. */
  private long awaitStored(Receiver receiver, ServerProcess server, long expected)
      throws InterruptedException {
    long deadline = System.nanoTime() + SETTLED_WITHIN.toNanos();
    long stored = stored(receiver, server);
    while (stored < expected && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(200);
      stored = stored(receiver, server);
    }
    return stored;
  }

  private long stored(Receiver receiver, ServerProcess server) throws InterruptedException {
    return receiver.isOurs()
        ? platform.topics().records(Topics.TRACES)
        : ZipkinServer.stored(server);
  }

  private static double cpuSeconds(Optional<ProcessFigures> figures) {
    return figures
        .map(f -> f.cpu().toNanos() / 1e9)
        .orElseThrow(() -> new EnvironmentException("the process has ended"));
  }

  private static double peakRssMib(Optional<ProcessFigures> figures) {
    return figures
        .map(ProcessFigures::peakRssBytes)
        .filter(rss -> rss.isPresent())
        .map(rss -> rss.getAsLong() / (double) (1 << 20))
        .orElse(Double.NaN);
  }
}
