package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.workload.Workload;
import java.time.Clock;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of live traffic. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class LiveOptions {

  private static final long WINDOW_MS = Workload.WINDOW.toMillis();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "events a second (default: ${DEFAULT-VALUE})",
      defaultValue = "20000")
  private int rate;

  @Option(
      names = "--series",
      paramLabel = "N",
      description =
          "pairs of service and operation: up to 100, or a multiple of it"
              + " (default: ${DEFAULT-VALUE})",
      defaultValue = "1000")
  private int series;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of all random values (default: ${DEFAULT-VALUE})",
      defaultValue = "1")
  private long seed;

  int rate() {
    return rate;
  }

  int series() {
    return series;
  }

  long seed() {
    return seed;
  }

  void check() {
    workload(0, 1, 0);
  }

  /** A workload that begins with the next window. */
  Workload fromNow(Clock clock, int seconds, double skew) {
    return workload((clock.millis() / WINDOW_MS + 1) * WINDOW_MS, seconds, skew);
  }

  /** A workload with half of the events, evenly spread; the other half is sent otherwise. */
  Workload half(Clock clock, int seconds) {
    return workload((clock.millis() / WINDOW_MS + 1) * WINDOW_MS, seconds, 0, rate / 2);
  }

  private Workload workload(long startMs, int seconds, double skew) {
    return workload(startMs, seconds, skew, rate);
  }

  private Workload workload(long startMs, int seconds, double skew, int perSecond) {
    if (seconds < 1 || seconds > 86_400) {
      throw new ParameterException(
          spec.commandLine(), "the time must be from 1 second to 24 hours");
    }
    if (rate < 1 || rate > 1_000_000) {
      throw new ParameterException(spec.commandLine(), "--rate must be from 1 to 1000000");
    }
    try {
      return new Workload(seed, (long) perSecond * seconds, series, skew, startMs, perSecond);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
