package io.tracetide.processor.event;

import io.tracetide.processor.event.RecordCheck.Failure;
import io.tracetide.runtime.config.DurationFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Rejects timestamps that no window can contain. */
final class TimeFence {

  /** One year after the epoch: earlier times come from a wrong unit or an unset clock. */
  private static final long EARLIEST_MS = Duration.ofDays(365).toMillis();

  private TimeFence() {}

  /** Why a record of that time has to be dead-lettered; empty when it is valid. */
  static Optional<Failure> check(
      long atMs, long nowMs, Duration maxAhead, long newestMs, Duration maxBehind) {
    if (atMs > nowMs + maxAhead.toMillis()) {
      return Failure.of(
          DeadLetterReason.FUTURE_TIMESTAMP,
          "timestamp %s is more than %s later than the clock of the processor, which is %s"
              .formatted(text(atMs), DurationFormat.print(maxAhead), text(nowMs)));
    }
    if (atMs < EARLIEST_MS) {
      return Failure.of(
          DeadLetterReason.BAD_TIMESTAMP,
          "timestamp %s is earlier than %s: it is missing or not in microseconds"
              .formatted(text(atMs), text(EARLIEST_MS)));
    }
    if (atMs < newestMs - maxBehind.toMillis()) {
      return Failure.of(
          DeadLetterReason.BEYOND_RETENTION,
          "timestamp %s is more than %s earlier than the newest of its partition, which is %s"
              .formatted(text(atMs), DurationFormat.print(maxBehind), text(newestMs)));
    }
    return Optional.empty();
  }

  private static String text(long ms) {
    return Instant.ofEpochMilli(ms).toString();
  }
}
