package io.tracetide.processor.detection.silence;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * When a service without spans is an anomaly.
 *
 * @param enabled whether it is; if not, its operations have anomalies of kind THROUGHPUT
 * @param after minimum of the time without spans of a service, while others of its tenant send some
 * @param allAfter minimum of the time without spans of a whole tenant
 * @param warmUp time that a service must be known before its silence is an anomaly
 * @param expectedSpans number of spans that must be missing at the usual rate
 */
public record SilenceConfig(
    boolean enabled, Duration after, Duration allAfter, Duration warmUp, double expectedSpans) {

  public SilenceConfig {
    Checks.check()
        .range("after", after, Duration.ofSeconds(10), Duration.ofHours(1))
        .range("allAfter", allAfter, Duration.ofSeconds(10), Duration.ofHours(1))
        .range("warmUp", warmUp, Duration.ofMinutes(1), Duration.ofHours(2))
        .range("expectedSpans", expectedSpans, 1, 1_000_000)
        .done();
  }

  public static SilenceConfig defaults() {
    return new SilenceConfig(
        /* enabled= */ true,
        /* after= */ Duration.ofSeconds(20),
        /* allAfter= */ Duration.ofMinutes(1),
        /* warmUp= */ Duration.ofMinutes(10),
        /* expectedSpans= */ 12);
  }

  /** These settings, switched off. */
  public SilenceConfig disabled() {
    return new SilenceConfig(false, after, allAfter, warmUp, expectedSpans);
  }
}
