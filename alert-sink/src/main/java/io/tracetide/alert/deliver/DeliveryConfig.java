package io.tracetide.alert.deliver;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Queue, retries and timeouts of deliveries.
 *
 * @param queueCapacity notifications held per receiver before reading pauses
 * @param initialBackoff upper bound of the random wait before the second attempt; doubles with each
 *     attempt
 * @param maxBackoff limit of that bound
 * @param maxRetryAfter longest wait that a Retry-After can request
 * @param horizon age at which a failing notification expires
 * @param breakerFailures consecutive failures, over all its alerts, after which deliveries to a
 *     receiver pause
 * @param breakerPause duration of that pause, before a single attempt
 * @param drainTimeout time for an attempt in flight at a shutdown or a rebalance
 */
public record DeliveryConfig(
    int queueCapacity,
    Duration initialBackoff,
    Duration maxBackoff,
    Duration maxRetryAfter,
    Duration horizon,
    int breakerFailures,
    Duration breakerPause,
    Duration drainTimeout) {

  public DeliveryConfig {
    Checks.check()
        .range("queueCapacity", queueCapacity, 1, 10_000)
        .range("initialBackoff", initialBackoff, Duration.ofMillis(1), Duration.ofMinutes(10))
        .range("maxBackoff", maxBackoff, Duration.ofMillis(1), Duration.ofHours(1))
        .range("maxRetryAfter", maxRetryAfter, Duration.ZERO, Duration.ofHours(1))
        .range("horizon", horizon, Duration.ofSeconds(1), Duration.ofDays(7))
        .range("breakerFailures", breakerFailures, 1, 1_000)
        .range("breakerPause", breakerPause, Duration.ZERO, Duration.ofMinutes(10))
        .range("drainTimeout", drainTimeout, Duration.ZERO, Duration.ofSeconds(15))
        .that(
            initialBackoff.compareTo(maxBackoff) <= 0,
            "initialBackoff",
            initialBackoff,
            "at most maxBackoff")
        .done();
  }

  public static DeliveryConfig defaults() {
    return new DeliveryConfig(
        500,
        Duration.ofSeconds(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofHours(24),
        5,
        Duration.ofSeconds(30),
        Duration.ofSeconds(5));
  }
}
