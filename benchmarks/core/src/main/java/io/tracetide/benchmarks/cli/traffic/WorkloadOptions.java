package io.tracetide.benchmarks.cli.traffic;

import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Options of the workload. */
public final class WorkloadOptions extends SeriesOptions {

  private static final int EVENTS_PER_SECOND = 30_000;
  private static final Duration SAFELY_PAST = Duration.ofMinutes(2);
  private static final long MINUTE_MS = 60_000;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "events (default: ${DEFAULT-VALUE})",
      defaultValue = "8000000")
  private long events;

  @Option(
      names = "--skew",
      paramLabel = "SHARE",
      description = "share of the events on one service (default: ${DEFAULT-VALUE}, all alike)",
      defaultValue = "0")
  private double skew;

  /** The workload, ending in the recent past, with no more events than that. */
  public Workload workload(Clock clock, long atMostEvents) {
    return workload(clock, Math.min(events, atMostEvents), skew);
  }

  /** The workload with another skew. */
  public Workload skewed(Clock clock, double wantedSkew) {
    return workload(clock, events, wantedSkew);
  }

  private Workload workload(Clock clock, long wanted, double wantedSkew) {
    long spanMs = wanted * 1_000 / EVENTS_PER_SECOND;
    long startMs =
        clock.millis() - spanMs - EventWriter.TICK_AFTER.toMillis() - SAFELY_PAST.toMillis();
    return seeded(wanted, wantedSkew, startMs / MINUTE_MS * MINUTE_MS, EVENTS_PER_SECOND);
  }

  /** The workload with another skew and pace, beginning with the next window. */
  public Workload live(Clock clock, long wanted, double wantedSkew, int perSecond) {
    return seeded(wanted, wantedSkew, nextWindow(clock), perSecond);
  }

  public double skew() {
    return skew;
  }

  /** Description of a workload in one line, for reports. */
  public static String describe(Workload events, double bytes) {
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
