package io.tracetide.gateway.limit;

import java.time.Duration;

/**
 * A token bucket.
 *
 * <p>A request for more than the capacity is granted when the bucket is full and leaves a negative
 * level, so that a large request is delayed instead of refused for ever, and the sustained rate
 * still holds. Not thread-safe: {@link TenantRates} holds a lock.
 */
final class TokenBucket {
  private static final double NANOS = 1e9;

  /**
   * Tolerance as a share of the capacity: a client that waited as long as advised must not be
   * refused.
   */
  private static final double ROUNDING = 1e-9;

  private final double perSecond;
  private final double capacity;
  private double level;
  private long filledAt;

  TokenBucket(double perSecond, Duration burst, long now) {
    this.perSecond = perSecond;
    this.capacity = Math.max(1, perSecond * burst.toNanos() / NANOS);
    this.level = capacity;
    this.filledAt = now;
  }

  /** Nanoseconds until the amount can be taken; 0 when it can be taken now. */
  long nanosUntil(double amount, long now) {
    fill(now);
    double lacking = Math.min(amount, capacity) - level;
    return lacking <= capacity * ROUNDING ? 0 : (long) Math.ceil(lacking / perSecond * NANOS);
  }

  void take(double amount) {
    level -= amount;
  }

  private void fill(long now) {
    level = Math.min(capacity, level + (now - filledAt) / NANOS * perSecond);
    filledAt = now;
  }
}
