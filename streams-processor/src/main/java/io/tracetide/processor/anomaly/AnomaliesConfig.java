package io.tracetide.processor.anomaly;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Retention of resolved anomalies for queries. Open ones are always kept.
 *
 * @param keepResolved age, by event time, at which a resolved anomaly is dropped
 * @param maxResolved resolved anomalies that each detector of a partition keeps, newest first
 */
public record AnomaliesConfig(Duration keepResolved, int maxResolved) {

  public AnomaliesConfig {
    Checks.check()
        .range("keepResolved", keepResolved, Duration.ofMinutes(1), Duration.ofDays(365))
        .range("maxResolved", maxResolved, 1, 1_000_000)
        .done();
  }

  public static AnomaliesConfig defaults() {
    return new AnomaliesConfig(Duration.ofDays(7), 10_000);
  }
}
