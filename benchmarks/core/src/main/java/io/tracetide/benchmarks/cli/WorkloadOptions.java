package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of the workload. */
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
      description = "seed of all random values (default: ${DEFAULT-VALUE})",
      defaultValue = "1")
  private long seed;

  /** The workload, ending in the recent past, with no more events than that. */
  Workload workload(Clock clock, long atMostEvents) {
    return workload(clock, Math.min(events, atMostEvents), skew);
  }

  /** The workload with another skew. */
  Workload skewed(Clock clock, double wantedSkew) {
    return workload(clock, events, wantedSkew);
  }

  private Workload workload(Clock clock, long wanted, double wantedSkew) {
    long spanMs = wanted * 1_000 / EVENTS_PER_SECOND;
    long startMs =
        clock.millis() - spanMs - EventWriter.TICK_AFTER.toMillis() - SAFELY_PAST.toMillis();
    try {
      return new Workload(
          seed, wanted, series, wantedSkew, startMs / MINUTE_MS * MINUTE_MS, EVENTS_PER_SECOND);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** The workload with another skew and pace, beginning with the next window. */
  Workload live(Clock clock, long wanted, double wantedSkew, int perSecond) {
    long windowMs = Workload.WINDOW.toMillis();
    return new Workload(
        seed, wanted, series, wantedSkew, (clock.millis() / windowMs + 1) * windowMs, perSecond);
  }

  double skew() {
    return skew;
  }

  /** Description of a workload in one line, for reports. */
  static String describe(Workload events, double bytes) {
    return String.format(
        Locale.ROOT,
        "%,d %s%s, %,d series (%d services), %s, %,d events to a second of event time, seed %d",
        events.records(),
        events.lifecycle() ? "starts and ends" : "events",
        Double.isNaN(bytes) ? "" : String.format(Locale.ROOT, " of %.0f bytes", bytes),
        events.series(),
        events.services(),
        events.skew() == 0
            ? "evenly spread"
            : Math.round(100 * events.skew()) + " % on one service",
        events.eventsPerSecond(),
        events.seed());
  }
}
