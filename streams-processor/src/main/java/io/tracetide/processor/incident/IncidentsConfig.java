package io.tracetide.processor.incident;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * When anomalies have one incident.
 *
 * @param linkWithin maximum time between the openings of an anomaly and of an open anomaly that it
 *     is linked to, by event time
 * @param rejoinWithin maximum time from the resolution of an anomaly to the opening of one that is
 *     linked to it, by event time
 * @param keepCalls how long calls are remembered that traces no longer contain, by event time
 */
public record IncidentsConfig(Duration linkWithin, Duration rejoinWithin, Duration keepCalls) {

  public IncidentsConfig {
    Checks.check()
        .range("linkWithin", linkWithin, Duration.ofSeconds(10), Duration.ofHours(6))
        .range("rejoinWithin", rejoinWithin, Duration.ZERO, Duration.ofHours(6))
        .range("keepCalls", keepCalls, Duration.ofMinutes(10), Duration.ofDays(90))
        .done();
  }

  public static IncidentsConfig defaults() {
    return new IncidentsConfig(Duration.ofMinutes(10), Duration.ofMinutes(2), Duration.ofDays(7));
  }
}
