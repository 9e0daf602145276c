package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.measurement.Percentiles;
import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.Closers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measures the time until events are in query results, under live traffic at a constant rate. */
public final class LatencyRun {

  private final BenchPlatform platform;
  private final Clock clock;
  private final int probes;
  private final Duration warmUp;

  /**
   * Creates a run with this number of concurrent probes.
   *
   * @param warmUp time at the start that is not measured
   */
  public LatencyRun(BenchPlatform platform, Clock clock, int probes, Duration warmUp) {
    this.platform = platform;
    this.clock = clock;
    this.probes = probes;
    this.warmUp = warmUp;
  }

  /**
   * The results, in milliseconds.
   *
   * @param visible from sending an event until it is in a query result
   * @param published from the end of a window until its record can be read
   */
  public record Latencies(Percentiles visible, Percentiles published) {}

  /** Measures over a live workload, from its first event to its last. */
  public Latencies measure(LiveRun run, Workload workload) throws InterruptedException {
    long countFromMs = workload.startMs() + warmUp.toMillis();
    List<LatencyProbe> probing = new ArrayList<>();
    try (Closers closers = new Closers()) {
      WindowArrivals arrivals =
          closers.add("arrivals", WindowArrivals.start(platform, run.outputBefore(), clock));
      PacedWriter writer =
          closers.add(
              "writer",
              PacedWriter.start(workload, platform.bootstrapServers(), platform.registry(), clock));
      for (int i = 0; i < probes; i++) {
        probing.add(
            closers.add("probe", LatencyProbe.start(run.instance(), platform, workload, clock, i)));
      }
      while (!writer.isDone()) {
        run.instance().requireAlive();
        TimeUnit.MILLISECONDS.sleep(200);
      }
      writer.awaitDone();
      return new Latencies(visible(probing, countFromMs), published(arrivals, countFromMs));
    }
  }

  private static Percentiles visible(List<LatencyProbe> probes, long fromMs) {
    return new Percentiles(
        probes.stream()
            .flatMap(probe -> probe.seen().stream())
            .filter(timed -> timed.sentMs() >= fromMs)
            .map(LatencyProbe.Timed::latencyMs)
            .toList());
  }

  private static Percentiles published(WindowArrivals arrivals, long fromMs) {
    return new Percentiles(
        arrivals.arrivals().stream()
            .filter(arrival -> arrival.endMs() >= fromMs)
            .map(WindowArrivals.Arrival::delayMs)
            .toList());
  }
}
