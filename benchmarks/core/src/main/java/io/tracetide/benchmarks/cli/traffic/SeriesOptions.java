package io.tracetide.benchmarks.cli.traffic;

import io.tracetide.benchmarks.workload.Workload;
import java.time.Clock;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The series and the seed of a workload. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
public abstract class SeriesOptions {

  private static final long WINDOW_MS = Workload.WINDOW.toMillis();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

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
      description = "of everything random (default: ${DEFAULT-VALUE})",
      defaultValue = "1")
  private long seed;

  public int series() {
    return series;
  }

  public long seed() {
    return seed;
  }

  /** The start of the next window. */
  public static long nextWindow(Clock clock) {
    return (clock.millis() / WINDOW_MS + 1) * WINDOW_MS;
  }

  /** A workload with this seed and series. */
  public Workload seeded(long events, double skew, long startMs, int perSecond) {
    try {
      return new Workload(seed, events, series, skew, startMs, perSecond);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  public void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
