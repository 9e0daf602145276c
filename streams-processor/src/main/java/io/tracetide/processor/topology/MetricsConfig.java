package io.tracetide.processor.topology;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * How running totals of metrics, of counters and distributions, are followed.
 *
 * @param memory silence of an instance after which its next sample is not compared with its last; a
 *     total that began no longer ago than this counts from its start
 * @param maxFollowed instances of counters and distributions that are followed, in each partition
 *     of the topic of metrics; gauges need not be followed
 */
public record MetricsConfig(Duration memory, int maxFollowed) {

  public MetricsConfig {
    Checks.check()
        .range("memory", memory, Duration.ofMinutes(1), Duration.ofDays(7))
        .range("maxFollowed", maxFollowed, 0, 10_000_000)
        .done();
  }

  public static MetricsConfig defaults() {
    return new MetricsConfig(Duration.ofHours(1), 20_000);
  }
}
