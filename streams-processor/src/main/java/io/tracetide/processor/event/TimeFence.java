package io.tracetide.processor.event;

import java.time.Duration;
import java.util.Optional;

/** Rejects timestamps that no window can contain. */
final class TimeFence {

  /** One year after the epoch: earlier times come from a wrong unit or an unset clock. */
  private static final long EARLIEST_MS = Duration.ofDays(365).toMillis();

  private TimeFence() {}

  /** The reason to dead-letter a record of that time; empty when it is valid. */
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
