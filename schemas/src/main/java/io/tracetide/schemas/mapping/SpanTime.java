package io.tracetide.schemas.mapping;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Converts times of spans, in nanoseconds, to the microseconds of the contract. They are unsigned
 * in OTLP: a negative {@code long} is a time after the year 2262.
 */
public final class SpanTime {

  private static final long NANOS_PER_MICRO = 1_000;

  private SpanTime() {}

  /** The time, rounded down to microseconds. */
  public static Instant at(long epochNanos) {
    return Instant.EPOCH.plus(Long.divideUnsigned(epochNanos, NANOS_PER_MICRO), ChronoUnit.MICROS);
  }

  /** Whether a span ends before it begins. */
  public static boolean isNegative(long startNanos, long endNanos) {
    return Long.compareUnsigned(endNanos, startNanos) < 0;
  }

  /** Duration from start to end, rounded to microseconds; zero when it {@link #isNegative}. */
  public static long durationMicros(long startNanos, long endNanos) {
    if (isNegative(startNanos, endNanos)) {
      return 0;
    }
    long nanos = endNanos - startNanos;
    long micros = Long.divideUnsigned(nanos, NANOS_PER_MICRO);
    return micros + (Long.remainderUnsigned(nanos, NANOS_PER_MICRO) >= NANOS_PER_MICRO / 2 ? 1 : 0);
  }
}
