package io.tracetide.runtime.kafka.delivery;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Queue, retries and timeouts of deliveries.
 *
 * @param queueCapacity records held per receiver before reading pauses
 * @param initialBackoff upper end of the random wait before the second try; doubles with each
 * @param maxBackoff where the doubling ends
 * @param maxRetryAfter longest wait that an answer's Retry-After can ask for
 * @param horizon age at which a record that still fails is given up
 * @param breakerFailures failures in a row, over all lanes, after which a receiver is paused
 * @param breakerPause length of this pause, after which a single try is made
 * @param drainTimeout how long a try in flight may still take at a shutdown or a rebalance
 * @param brokenAfter how long a receiver must fail until this is reported
 * @param rate limit of messages of each receiver
 */
public record DeliveryConfig(
    int queueCapacity,
    Duration initialBackoff,
    Duration maxBackoff,
    Duration maxRetryAfter,
    Duration horizon,
    int breakerFailures,
    Duration breakerPause,
    Duration drainTimeout,
    Duration brokenAfter,
    MessageRate rate) {

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
        .range("brokenAfter", brokenAfter, Duration.ofSeconds(1), Duration.ofDays(1))
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
        Duration.ofSeconds(5),
        Duration.ofMinutes(5),
        MessageRate.defaults());
  }

  /** The same settings with another limit of messages. */
  public DeliveryConfig withRate(MessageRate other) {
    return new DeliveryConfig(
        queueCapacity,
        initialBackoff,
        maxBackoff,
        maxRetryAfter,
        horizon,
        breakerFailures,
        breakerPause,
        drainTimeout,
        brokenAfter,
        other);
  }
}
