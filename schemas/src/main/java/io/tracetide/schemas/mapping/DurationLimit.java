package io.tracetide.schemas.mapping;

import java.time.Duration;

/**
 * Longest duration of a span that is accepted. A longer one is caused by a wrong unit or a clock
 * that jumped, and a single one makes the mean and the maximum of its window useless.
 *
 * <p>The limit is the longest default retention of windows: a longer span began before the oldest
 * window that is kept.
 */
public final class DurationLimit {

  /** Longest duration that is accepted. */
  public static final Duration MAX = Duration.ofDays(30);

  /** {@link #MAX} in microseconds. */
  public static final long MAX_MICROS = MAX.toSeconds() * 1_000_000;

  private DurationLimit() {}

  /** Whether a duration in microseconds is from 0 to {@link #MAX}. */
  public static boolean allows(long durationMicros) {
    return durationMicros >= 0 && durationMicros <= MAX_MICROS;
  }
}
