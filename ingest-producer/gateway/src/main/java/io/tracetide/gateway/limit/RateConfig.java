package io.tracetide.gateway.limit;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Rate limits of one tenant.
 *
 * @param eventsPerSecond sustained rate; 0 for no limit
 * @param bytesPerSecond of Kafka records before compression; 0 for no limit
 * @param burst time over which unused rate accumulates
 */
public record RateConfig(double eventsPerSecond, double bytesPerSecond, Duration burst) {
  private static final double MAX = 1e12;

  public RateConfig {
    Checks.check()
        .range("eventsPerSecond", eventsPerSecond, 0, MAX)
        .range("bytesPerSecond", bytesPerSecond, 0, MAX)
        .range("burst", burst, Duration.ofMillis(100), Duration.ofHours(1))
        .done();
  }

  public static RateConfig unlimited() {
    return new RateConfig(0, 0, Duration.ofSeconds(5));
  }
}
