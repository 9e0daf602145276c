package io.tracetide.alert.deliver;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to try again: exponential back-off with full jitter, so that receivers that recover are not
 * met by all retries at once.
 */
final class RetryPolicy {
  /** Spread on top of what an answer asked for; never less than that. */
  private static final Duration RETRY_AFTER_SPREAD = Duration.ofSeconds(2);

  private final DeliveryConfig config;
  private final RandomGenerator random;

  RetryPolicy(DeliveryConfig config, RandomGenerator random) {
    this.config = config;
    this.random = random;
  }

  /**
   * A random wait, up to a bound that doubles with every try.
   *
   * @param attempts so far, at least 1
   */
  Duration backoff(int attempts) {
    int doublings = Math.min(attempts - 1, 30);
    Duration doubled = config.initialBackoff().multipliedBy(1L << doublings);
    return upTo(doubled.compareTo(config.maxBackoff()) < 0 ? doubled : config.maxBackoff());
  }

  /** At least what was asked for, within the limit. */
  Duration retryAfter(Duration asked) {
    Duration limit = config.maxRetryAfter();
    return (asked.compareTo(limit) < 0 ? asked : limit).plus(upTo(RETRY_AFTER_SPREAD));
  }

  private Duration upTo(Duration bound) {
    return Duration.ofNanos(random.nextLong(bound.toNanos() + 1));
  }
}
