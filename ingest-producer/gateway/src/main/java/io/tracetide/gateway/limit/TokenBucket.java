package io.tracetide.gateway.limit;

import java.time.Duration;

/**
 * A bucket that fills at a steady rate and holds what may be taken at once.
 *
 * <p>Somebody who asks for more than the bucket ever holds is served when it is full, and leaves it
 * in debt, so that a large request waits its turn instead of being refused for ever, and the rate
 * holds in the long run all the same. Not thread-safe: {@link TenantRates} holds a lock.
 */
final class TokenBucket {
  private static final double NANOS = 1e9;

  /** Of the capacity: who has waited as long as was said must not be refused over a last digit. */
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

  /** How long until that much can be taken, in nanoseconds; 0 when it can be now. */
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
