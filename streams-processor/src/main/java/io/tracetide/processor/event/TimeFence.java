package io.tracetide.processor.event;

import java.time.Duration;
import java.util.Optional;

/** Keeps times away that no window can take. */
final class TimeFence {

  /** The epoch's first year: earlier times are a unit mistaken or a clock not set. */
  private static final long EARLIEST_MS = Duration.ofDays(365).toMillis();

  private TimeFence() {}

  /** Why a record of that time cannot be counted, if so. */
  static Optional<DeadLetterReason> check(
      long atMs, long nowMs, Duration maxAhead, long newestMs, Duration maxBehind) {
    if (atMs > nowMs + maxAhead.toMillis()) {
      return Optional.of(DeadLetterReason.FUTURE_TIMESTAMP);
    }
    if (atMs < EARLIEST_MS) {
      return Optional.of(DeadLetterReason.BAD_TIMESTAMP);
    }
    if (atMs < newestMs - maxBehind.toMillis()) {
      return Optional.of(DeadLetterReason.BEYOND_RETENTION);
    }
    return Optional.empty();
  }
}
