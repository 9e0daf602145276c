package io.tracetide.schemas.mapping;

import java.time.Duration;

/**
 * How long the work of a span may take, as reported. A longer duration is a unit mistaken or a
 * clock not set, and a single one ruins the mean and the maximum of its window.
 *
 * <p>The limit is the longest retention of windows by default: work that takes longer began before
 * anything that is still kept.
 */
public final class DurationLimit {

  /** Longest duration that counts. */
  public static final Duration MAX_DURATION = Duration.ofDays(30);

  private static final long MAX_MICROS = MAX_DURATION.toSeconds() * 1_000_000;

  private DurationLimit() {}

  /** Whether a duration, 0 or more, is at most {@link #MAX_DURATION}. */
  public static boolean allows(long durationMicros) {
    return durationMicros >= 0 && durationMicros <= MAX_MICROS;
  }
}
