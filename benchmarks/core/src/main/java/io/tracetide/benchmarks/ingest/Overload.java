package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.measurement.Medians;
import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.process.ProcessFigures;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.benchmarks.span.SpanEncoding;
import io.tracetide.benchmarks.span.SpanSequence;
import io.tracetide.schemas.topic.Topics;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures the rate that a gateway sustains, then offers a multiple of it and reads its memory from
 * outside.
 */
public final class Overload {

  /** Spans per request of OpenTelemetry's exporters. */
  private static final int BATCH = 512;

  /** Enough to use all processors, and too few for refusals. */
  private static final int SUSTAINED_CLIENTS = 8;

  /**
   * Well below the gateway's default limit of connections, because those of earlier clients may
   * still be open.
   */
  private static final int CLIENTS = 192;

  private static final int DISTINCT_BODIES = 32;
  private static final double MIB = 1 << 20;

  private final BenchPlatform platform;
  private final Clock clock;
  private final Plan plan;

  /**
   * The plan of a run.
   *
   * @param factor offered rate, as a multiple of the sustained one
   * @param warmUp time before the measurement
   * @param sustain duration of the measurement of the sustained rate
   * @param overload duration of the overload
   */
  public record Plan(double factor, Duration warmUp, Duration sustain, Duration overload) {}

  /**
   * The outcome, in spans unless stated otherwise.
   *
   * @param sustained a second
   * @param offered a second
   * @param requests that were sent
   * @param outcomes of requests: number of responses by kind
   * @param stored new records in the topic
   * @param acceptedMs durations of accepted requests
   * @param refusedMs durations of refused requests
   * @param rssMib resident memory of the gateway, one reading a second
   */
  public record Outcome(
      double sustained,
      double offered,
      long requests,
      long accepted,
      long refused,
      long unanswered,
      Map<String, Long> outcomes,
      long stored,
      Percentiles acceptedMs,
      Percentiles refusedMs,
      List<Double> rssMib) {

    /** Resident memory in the last third, relative to the second third. */
    public double rssGrowth() {
      int third = rssMib.size() / 3;
      return median(rssMib.subList(2 * third, rssMib.size()))
          / median(rssMib.subList(third, 2 * third));
    }

    private static double median(List<Double> values) {
      return Medians.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  public Overload(BenchPlatform platform, Clock clock, Plan plan) {
    this.platform = platform;
    this.clock = clock;
    this.plan = plan;
  }

  /** Runs it against a gateway of this platform. */
  public Outcome run(ServerProcess gateway) throws InterruptedException {
    HttpRequest[] bodies =
        new Bodies(
                gateway.url(),
                new SpanSequence(1, clock.millis() * 1_000),
                SpanEncoding.OTLP_PROTOBUF,
                BATCH)
            .some(DISTINCT_BODIES);
    HttpClient client = Load.connections();
    Load.unpaced(client, number -> body(bodies, number), SUSTAINED_CLIENTS).runFor(plan.warmUp());
    LoadTally sustained =
        Load.unpaced(client, number -> body(bodies, number), SUSTAINED_CLIENTS)
            .runFor(plan.sustain());
    double requestsPerSecond = sustained.accepted() / sustained.seconds();
    long before = platform.topics().records(Topics.TRACES);
    Watch watch = new Watch(gateway);
    LoadTally over =
        Load.paced(
                client, number -> body(bodies, number), CLIENTS, requestsPerSecond * plan.factor())
            .runFor(plan.overload());
    List<Double> rss = watch.finish();
    gateway.requireAlive();
    return new Outcome(
        requestsPerSecond * BATCH,
        over.sent() / over.seconds() * BATCH,
        over.sent(),
        over.accepted() * BATCH,
        over.refused() * BATCH,
        over.unanswered() * BATCH,
        over.outcomes(),
        platform.topics().records(Topics.TRACES) - before,
        over.accepting(),
        over.refusing(),
        rss);
  }

  private static HttpRequest body(HttpRequest[] bodies, long number) {
    return bodies[(int) (number % bodies.length)];
  }

  /** Reads the resident memory of the gateway once a second. */
  private static final class Watch {

    private final List<Double> readings = new ArrayList<>();
    private final Thread thread;
    private volatile boolean ending;

    Watch(ServerProcess gateway) {
      this.thread = new Thread(() -> watch(gateway), "memory-watch");
      thread.setDaemon(true);
      thread.start();
    }

    private void watch(ServerProcess gateway) {
      try {
        while (!ending) {
          gateway
              .figures()
              .map(ProcessFigures::rssBytes)
              .filter(rss -> rss.isPresent())
              .ifPresent(rss -> readings.add(rss.getAsLong() / MIB));
          TimeUnit.SECONDS.sleep(1);
        }
      } catch (InterruptedException e) {
        // The load has ended.
      }
    }

    List<Double> finish() throws InterruptedException {
      ending = true;
      thread.interrupt();
      thread.join();
      return List.copyOf(readings);
    }
  }
}
