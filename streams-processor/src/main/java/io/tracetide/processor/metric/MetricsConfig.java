package io.tracetide.processor.metric;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * Settings of running totals, and of the tags that distinguish parts of a metric.
 *
 * @param memory time without samples of an instance after which its next sample is not compared
 *     with its last; a total that started within this time counts from its start; how long
 *     intervals of deltas are kept to detect duplicates
 * @param maxFollowed maximum of instances of counters and distributions in each partition of the
 *     topic of metrics; gauges need no state
 * @param dimensions tags of samples that distinguish parts of a metric, in addition to the metric
 *     as a whole
 */
public record MetricsConfig(Duration memory, int maxFollowed, List<String> dimensions) {

  /** Limit of {@code dimensions}; the key of a part contains all of them that a sample has. */
  private static final int MOST_DIMENSIONS = 32;

  private static final int LONGEST_NAME = 128;

  public MetricsConfig {
    dimensions = List.copyOf(dimensions);
    Checks.check()
        .range("memory", memory, Duration.ofMinutes(1), Duration.ofDays(7))
        .range("maxFollowed", maxFollowed, 0, 10_000_000)
        .that(
            dimensions.size() <= MOST_DIMENSIONS
                && dimensions.stream().allMatch(MetricsConfig::isName)
                && new HashSet<>(dimensions).size() == dimensions.size(),
            "dimensions",
            dimensions,
            "up to %d different names of tags, of 1 to %d characters"
                .formatted(MOST_DIMENSIONS, LONGEST_NAME))
        .done();
  }

  private static boolean isName(String name) {
    return !name.isBlank() && name.length() <= LONGEST_NAME && name.indexOf('\0') < 0;
  }

  public static MetricsConfig defaults() {
    return new MetricsConfig(
        Duration.ofHours(1),
        20_000,
        List.of(
            "area",
            "http.request.method",
            "http.response.status_code",
            "http.route",
            "id",
            "jvm.gc.name",
            "jvm.memory.pool.name",
            "jvm.memory.type",
            "method",
            "status",
            "uri"));
  }
}
