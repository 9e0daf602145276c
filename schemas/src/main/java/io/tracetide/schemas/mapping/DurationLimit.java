package io.tracetide.schemas.mapping;

import java.time.Duration;

/**
 * Longest duration of a span. A longer one is a mistaken unit or a clock that jumped, and a single
 * one makes the mean and the maximum of its window worthless.
 *
 * <p>The limit is the longest default retention of windows: a longer span began before anything
 * that is still kept.
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
