package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.Histograms;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.processor.window.WindowStats;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Converts distributions to buckets with fixed upper bounds. */
public final class ClassicBuckets {
  private static final double MICROS_PER_SECOND = 1_000_000;
  private static final String UNBOUNDED = "+Inf";

  /** Upper bounds in seconds: those of OpenTelemetry's span metrics, and more up to an hour. */
  private static final double[] BOUNDS = {
    0.002, 0.004, 0.006, 0.008, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.4, 2.0, 5.0, 10.0, 15.0,
    30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0
  };

  private final QueryRun run;

  ClassicBuckets(QueryRun run) {
    this.run = run;
  }

  /** Upper bounds in seconds, ascending, without the unbounded one. */
  public static double[] upperBounds() {
    return BOUNDS.clone();
  }

  /** Values of {@code le}, ascending. */
  public static List<String> bounds() {
    return Stream.concat(Arrays.stream(BOUNDS).mapToObj(Double::toString), Stream.of(UNBOUNDED))
        .toList();
  }

  /** The value of {@code le} of the bucket that a duration is counted in first. */
  public static String boundOf(double seconds) {
    return Arrays.stream(BOUNDS)
        .filter(bound -> seconds <= bound)
        .mapToObj(Double::toString)
        .findFirst()
        .orElse(UNBOUNDED);
  }

  /** All buckets. */
  VectorValue of(Histograms histograms) {
    return of(histograms, List.of());
  }

  /** The buckets whose {@code le} matches. */
  VectorValue of(Histograms histograms, List<SeriesMatcher> matchers) {
    VectorBuilder result = new VectorBuilder(run);
    List<String> bounds = bounds();
    boolean[] wanted = new boolean[bounds.size()];
    for (int i = 0; i < wanted.length; i++) {
      String bound = bounds.get(i);
      wanted[i] = matchers.stream().allMatch(matcher -> matcher.matches(bound));
    }
    if (!contains(wanted)) {
      run.warn(
          "no bucket matches %s; the bounds are %s"
              .formatted(
                  matchers.stream().map(SeriesMatcher::toString).collect(Collectors.joining(",")),
                  String.join(", ", bounds)));
    }
    for (Histogram histogram : histograms.series()) {
      run.checkTime();
      StepValues[] samples = new StepValues[wanted.length];
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i]) {
          samples[i] = result.samples(histogram.labels().with(Labels.LE, bounds.get(i)));
        }
      }
      fill(histogram, samples, wanted, histograms.scale());
    }
    return result.build();
  }

  private void fill(Histogram histogram, StepValues[] samples, boolean[] wanted, double[] scale) {
    for (int step = 0; step < scale.length; step++) {
      WindowStats stats = histogram.at(step);
      for (int i = 0; i < wanted.length && stats != null; i++) {
        if (wanted[i]) {
          samples[i].set(step, upTo(stats, i) * scale[step]);
        }
      }
    }
  }

  /** Weight of the durations up to a bound; those within 1 % of it may be on either side. */
  private static double upTo(WindowStats stats, int bound) {
    double all = stats.sketch().count();
    return bound == BOUNDS.length
        ? all
        : all - stats.sketch().weightAbove(BOUNDS[bound] * MICROS_PER_SECOND);
  }

  private static boolean contains(boolean[] flags) {
    for (boolean flag : flags) {
      if (flag) {
        return true;
      }
    }
    return false;
  }
}
