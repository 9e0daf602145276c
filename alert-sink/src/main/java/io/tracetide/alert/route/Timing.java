package io.tracetide.alert.route;

import java.time.Duration;

/**
 * When a group is notified.
 *
 * @param groupWait from the first alert of a group to its first notification
 * @param groupInterval between two notifications of a group that has changed
 * @param repeatInterval after which a firing group without changes is notified again
 * @param repeatBackoff factor by which the repeat interval grows with each repetition, at least 1
 * @param maxRepeatInterval limit of the growth
 */
public record Timing(
    Duration groupWait,
    Duration groupInterval,
    Duration repeatInterval,
    double repeatBackoff,
    Duration maxRepeatInterval) {

  /** Alertmanager's defaults. */
  public static final Timing DEFAULT =
      new Timing(
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofHours(4),
          1,
          Duration.ofDays(7));

  /** Time to the next repetition after {@code repetitions} of them. */
  public Duration repeatAfter(int repetitions) {
    double millis = repeatInterval.toMillis() * Math.pow(repeatBackoff, repetitions);
    long limit = Math.max(repeatInterval.toMillis(), maxRepeatInterval.toMillis());
    return Duration.ofMillis((long) Math.min(millis, (double) limit));
  }
}
