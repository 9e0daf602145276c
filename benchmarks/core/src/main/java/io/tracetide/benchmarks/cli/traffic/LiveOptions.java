package io.tracetide.benchmarks.cli.traffic;

import io.tracetide.benchmarks.workload.Workload;
import java.time.Clock;
import picocli.CommandLine.Option;

/** Options of live traffic. */
public final class LiveOptions extends SeriesOptions {

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "events a second (default: ${DEFAULT-VALUE})",
      defaultValue = "20000")
  private int rate;

  public int rate() {
    return rate;
  }

  public void check() {
    workload(0, 1, 0, rate);
  }

  /** A workload that begins with the next window. */
  public Workload fromNow(Clock clock, int seconds, double skew) {
    return workload(nextWindow(clock), seconds, skew, rate);
  }

  /** A workload with half of the events, evenly spread; the other half is sent otherwise. */
  public Workload half(Clock clock, int seconds) {
    return workload(nextWindow(clock), seconds, 0, rate / 2);
  }

  private Workload workload(long startMs, int seconds, double skew, int perSecond) {
    require(seconds >= 1 && seconds <= 86_400, "the time must be from 1 second to 24 hours");
    require(rate >= 1 && rate <= 1_000_000, "--rate must be from 1 to 1000000");
    return seeded((long) perSecond * seconds, skew, startMs, perSecond);
  }
}
