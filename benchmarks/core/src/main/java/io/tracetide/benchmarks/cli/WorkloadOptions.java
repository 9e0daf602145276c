package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import java.time.Clock;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is in the topic. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class WorkloadOptions {

  private static final int EVENTS_PER_SECOND = 30_000;
  private static final Duration SAFELY_PAST = Duration.ofMinutes(2);
  private static final long MINUTE_MS = 60_000;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "events (default: ${DEFAULT-VALUE})",
      defaultValue = "8000000")
  private long events;

  @Option(
      names = "--series",
      paramLabel = "N",
      description =
          "pairs of service and operation: up to 100, or a multiple of it"
              + " (default: ${DEFAULT-VALUE})",
      defaultValue = "1000")
  private int series;

  @Option(
      names = "--skew",
      paramLabel = "SHARE",
      description = "share of the events on one service (default: ${DEFAULT-VALUE}, all alike)",
      defaultValue = "0")
  private double skew;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "of everything random (default: ${DEFAULT-VALUE})",
      defaultValue = "1")
  private long seed;

  long events() {
    return events;
  }

  int series() {
    return series;
  }

  double skew() {
    return skew;
  }

  /** The workload, ending in the recent past; fewer events when only a quick look is wanted. */
  Workload workload(Clock clock, long atMostEvents) {
    long wanted = Math.min(events, atMostEvents);
    return workload(clock, wanted, series, skew);
  }

  /** A workload of other sizes and the same seed. */
  Workload workload(Clock clock, long wanted, int wantedSeries, double wantedSkew) {
    long spanMs = wanted * 1_000 / EVENTS_PER_SECOND;
    long startMs =
        clock.millis() - spanMs - EventWriter.TICK_AFTER.toMillis() - SAFELY_PAST.toMillis();
    try {
      return new Workload(
          seed,
          wanted,
          wantedSeries,
          wantedSkew,
          startMs / MINUTE_MS * MINUTE_MS,
          EVENTS_PER_SECOND);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Live work of the given pace, from the start of a window on. */
  Workload live(long startMs, long wanted, int wantedSeries, double wantedSkew, int perSecond) {
    try {
      return new Workload(seed, wanted, wantedSeries, wantedSkew, startMs, perSecond);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
