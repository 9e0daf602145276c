package io.tracetide.processor.slo;

import io.tracetide.runtime.config.Checks;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Service level objectives and their common settings.
 *
 * @param objectives the objectives; names are unique; without any, no burn rates are evaluated
 * @param updateEvery minutes of an open anomaly after which it is reported again
 * @param maxSeries maximum of series that a partition watches, each counted once for every
 *     objective that applies to it; 7 KB of memory each
 */
public record SloConfig(List<ObjectiveConfig> objectives, int updateEvery, int maxSeries) {

  public SloConfig {
    objectives = List.copyOf(objectives);
    Checks.check()
        .that(unique(objectives), "objectives", names(objectives), "names that are all different")
        .range("updateEvery", updateEvery, 1, 100_000)
        .range("maxSeries", maxSeries, 1, 1_000_000)
        .done();
  }

  /** No objectives. */
  public static SloConfig defaults() {
    return new SloConfig(List.of(), 15, 5_000);
  }

  /** These objectives with the default settings. */
  public static SloConfig of(ObjectiveConfig... objectives) {
    SloConfig defaults = defaults();
    return new SloConfig(List.of(objectives), defaults.updateEvery(), defaults.maxSeries());
  }

  private static boolean unique(List<ObjectiveConfig> objectives) {
    Set<String> seen = new HashSet<>();
    return objectives.stream().allMatch(objective -> seen.add(objective.name()));
  }

  private static List<String> names(List<ObjectiveConfig> objectives) {
    return objectives.stream().map(ObjectiveConfig::name).toList();
  }
}
