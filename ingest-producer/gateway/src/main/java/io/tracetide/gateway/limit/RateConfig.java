package io.tracetide.gateway.limit;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * How much one tenant may send.
 *
 * @param eventsPerSecond in the long run; 0 for any number
 * @param bytesPerSecond of what is written to Kafka, before compression; 0 for any number
 * @param burst how long the rates may be saved up
 */
public record RateConfig(double eventsPerSecond, double bytesPerSecond, Duration burst) {
  private static final double MOST = 1e12;

  public RateConfig {
    Checks.check()
        .range("eventsPerSecond", eventsPerSecond, 0, MOST)
        .range("bytesPerSecond", bytesPerSecond, 0, MOST)
        .range("burst", burst, Duration.ofMillis(100), Duration.ofHours(1))
        .done();
  }

  public static RateConfig unlimited() {
    return new RateConfig(0, 0, Duration.ofSeconds(5));
  }
}
