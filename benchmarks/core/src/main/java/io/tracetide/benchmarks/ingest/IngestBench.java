package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.process.ProcessFigures;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.span.SpanSequence;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.topic.Topics;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends the same spans to one receiver after another, each in a new JVM, and reads its processor
 * time from the operating system.
 */
public final class IngestBench {

  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(1);

  /** A tenth of a batch, in the first half of the warm-up. */
  private static final int SMALL_SHARE = 10;

  private final BenchPlatform platform;
  private final Gateways gateways;
  private final Clock clock;
  private final Plan plan;

  /**
   * The load.
   *
   * @param warmUpSpans spans before the measurement
   * @param spans measured spans
   * @param batch spans per request
   * @param clients number of concurrent clients, each without pauses
   * @param kept spans that zipkin-server keeps in memory
   */
  public record Plan(long warmUpSpans, long spans, int batch, int clients, int kept) {

    /** Of a request at the beginning of the warm-up. */
    int smallBatch() {
      return Math.max(1, batch / SMALL_SHARE);
    }
  }

  /**
   * One run.
   *
   * @param cpuSeconds of the receiver's process, user and system
   * @param brokerCpuSeconds of the broker meanwhile
   * @param millis durations of requests
   * @param answers number of responses by status
   * @param isComplete whether every span was accepted, and those of the gateway are in the topic
   */
  public record Result(
      SpanServer receiver,
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
  public Result run(SpanServer receiver, int round) throws InterruptedException {
    String name = receiver.name().toLowerCase(Locale.ROOT) + "-" + round;
    try (ServerProcess server = start(receiver, name)) {
      return measure(receiver, server);
    } finally {
      platform.topics().empty(Topics.TRACES);
    }
  }

  private ServerProcess start(SpanServer receiver, String name) throws InterruptedException {
    Path log = platform.logs().resolve(name + ".log");
    return receiver.isTracetide()
        ? gateways.start(name)
        : ZipkinServer.start(gateways.heap(), plan.kept(), gateways.jvmFlags(), log);
  }

  private Result measure(SpanServer receiver, ServerProcess server) throws InterruptedException {
    SpanSequence sequence = new SpanSequence(1, clock.millis() * 1_000);
    long half = plan.warmUpSpans() / 2;
    HttpClient client = Load.connections();
    // Code that runs once per request is compiled after a number of requests, whatever their spans.
    warmUp(client, receiver, server, bodies(receiver, server, sequence, plan.smallBatch()), half);
    Bodies bodies = bodies(receiver, server, sequence, plan.batch());
    warmUp(client, receiver, server, bodies, plan.warmUpSpans() - half);
    long first = plan.warmUpSpans() / plan.batch();
    long stored = stored(receiver, server);
    double cpu = cpuSeconds(server.figures());
    double brokerCpu = cpuSeconds(platform.broker().figures());
    long requests = plan.spans() / plan.batch();
    LoadTally tally =
        Load.unpaced(client, number -> bodies.request(first + number), plan.clients())
            .run(requests);
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

  private static Bodies bodies(
      SpanServer receiver, ServerProcess server, SpanSequence spans, int batch) {
    return new Bodies(server.url(), spans, receiver.encoding(), batch);
  }

  /** Sends this number of spans and waits until the accepted ones are stored. */
  private void warmUp(
      HttpClient client, SpanServer receiver, ServerProcess server, Bodies bodies, long spans)
      throws InterruptedException {
    long stored = stored(receiver, server);
    LoadTally tally =
        Load.unpaced(client, bodies::request, plan.clients()).run(spans / bodies.batch());
    awaitStored(receiver, server, stored + tally.accepted() * bodies.batch());
  }

  /** Waits until this number is stored, or for the time limit; returns the stored number. */
  private long awaitStored(SpanServer receiver, ServerProcess server, long expected)
      throws InterruptedException {
    long deadline = System.nanoTime() + SETTLED_WITHIN.toNanos();
    long stored = stored(receiver, server);
    while (stored < expected && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(200);
      stored = stored(receiver, server);
    }
    return stored;
  }

  private long stored(SpanServer receiver, ServerProcess server) throws InterruptedException {
    return receiver.isTracetide()
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
