package io.tracetide.benchmarks.measurement;

import io.tracetide.benchmarks.variant.Variant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Medians of the rounds of each variant, in the order in which the variants first ran. */
public final class Medians {

  private final Map<Variant, List<Measurement>> byVariant = new LinkedHashMap<>();

  public Medians(List<Measurement> measurements) {
    for (Measurement m : measurements) {
      byVariant.merge(
          m.variant(),
          List.of(m),
          (a, b) -> java.util.stream.Stream.concat(a.stream(), b.stream()).toList());
    }
  }

  public List<Variant> variants() {
    return List.copyOf(byVariant.keySet());
  }

  /** Median of a value over a variant's rounds. */
  public double of(Variant variant, ToDoubleFunction<Measurement> figure) {
    return median(
        byVariant.getOrDefault(variant, List.of()).stream().mapToDouble(figure).toArray());
  }

  /** Median of the processor seconds for a million events in the steady state. */
  public double cpuSecondsPerMillion(Variant variant) {
    return of(variant, m -> m.steady().cpuSecondsPerMillion());
  }

  /** Whether all results of a variant were correct in every round. */
  public boolean isRight(Variant variant) {
    return byVariant.getOrDefault(variant, List.of()).stream().allMatch(m -> m.verdict().isRight());
  }

  /** The middle value, or the mean of the two in the middle; not a number when there is none. */
  public static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
