package io.tracetide.runtime.kafka.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waiting times between tries: exponential back-off with full jitter, so that a receiver that
 * recovers does not get all retries at once.
 */
public final class RetryPolicy {
  /** Added at random to the time of a Retry-After header. */
  private static final Duration RETRY_AFTER_SPREAD = Duration.ofSeconds(2);

  private final DeliveryConfig config;
  private final RandomGenerator random;

  public RetryPolicy(DeliveryConfig config, RandomGenerator random) {
    this.config = config;
    this.random = random;
  }

  /**
   * A random wait, up to a bound that doubles with every try.
   *
   * @param attempts so far, at least 1
   */
  public Duration backoff(int attempts) {
    int doublings = Math.min(attempts - 1, 30);
    Duration doubled = config.initialBackoff().multipliedBy(1L << doublings);
    return upTo(doubled.compareTo(config.maxBackoff()) < 0 ? doubled : config.maxBackoff());
  }

  /** At least the time of the Retry-After header, within the limit. */
  public Duration retryAfter(Duration asked) {
    Duration limit = config.maxRetryAfter();
    return (asked.compareTo(limit) < 0 ? asked : limit).plus(upTo(RETRY_AFTER_SPREAD));
  }

  private Duration upTo(Duration bound) {
    return Duration.ofNanos(random.nextLong(bound.toNanos() + 1));
  }
}
