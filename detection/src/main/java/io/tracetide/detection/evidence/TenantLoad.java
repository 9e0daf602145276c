package io.tracetide.detection.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The load of a tenant in one window: the weighted median, over its series, of ln(1 + count) minus
 * its usual value. When all operations serve half the usual requests, it is about -0.7, and the
 * count of a series is judged against half its usual value. Factors cannot replace it: they are
 * fitted to small deviations, and the sizes of z in a large change of load are other ones.
 */
final class TenantLoad {
  /**
   * Logarithm of the count against the usual one.
   *
   * @param weight precision of a count: its square root
   */
  private record Ratio(double log, double weight) {}

  private TenantLoad() {}

  /** The load; 0 with fewer than {@value TenantFactors#LEAST_SERIES} series with a history. */
  static double of(List<SeriesState> series, Map<String, WindowSample> samples) {
    List<Ratio> ratios = new ArrayList<>(series.size());
    double total = 0;
    for (SeriesState state : series) {
      if (state.features.isKnown()) {
        WindowSample sample = samples.getOrDefault(state.name, WindowSample.EMPTY);
        double weight = Math.sqrt(state.features.usualCount());
        ratios.add(new Ratio(state.features.logRatio(sample), weight));
        total += weight;
      }
    }
    if (ratios.size() < TenantFactors.LEAST_SERIES) {
      return 0;
    }
    ratios.sort(Comparator.comparingDouble(Ratio::log));
    double sum = 0;
    for (Ratio ratio : ratios) {
      sum += ratio.weight();
      if (sum >= total / 2) {
        return ratio.log();
      }
    }
    return 0;
  }
}
