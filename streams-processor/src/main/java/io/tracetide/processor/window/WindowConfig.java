package io.tracetide.processor.window;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;
import java.util.List;

/**
 * Settings of windows.
 *
 * @param grace how long after its end a window stays open for late spans; later ones revise it
 * @param idleTimeout time without records after which a partition no longer delays the windows of
 *     others
 * @param maxAhead how far in the future an event may be before it is dead-lettered
 * @param retention10s how long windows of 10 seconds are kept
 * @param retention1m how long windows of 1 minute are kept
 * @param retention1h how long windows of 1 hour are kept; older events are dead-lettered
 * @param judgeRevisionsFor time after its closing in which a window is evaluated again when late
 *     spans revise it
 * @param maxOpenSeries series in open windows that a partition holds in memory, about 500 bytes
 *     each; above it the oldest window is closed early, and later spans revise it
 */
public record WindowConfig(
    Duration grace,
    Duration idleTimeout,
    Duration maxAhead,
    Duration retention10s,
    Duration retention1m,
    Duration retention1h,
    Duration judgeRevisionsFor,
    int maxOpenSeries) {

  public WindowConfig {
    Checks.check()
        .range("grace", grace, Duration.ZERO, Duration.ofMinutes(30))
        .range("idleTimeout", idleTimeout, Duration.ofSeconds(1), Duration.ofMinutes(10))
        .range("maxAhead", maxAhead, Duration.ZERO, Duration.ofHours(1))
        .range("retention10s", retention10s, Duration.ofMinutes(10), Duration.ofDays(30))
        .range("retention1m", retention1m, Duration.ofHours(2), Duration.ofDays(365))
        .range("retention1h", retention1h, Duration.ofHours(2), Duration.ofDays(3650))
        .range("judgeRevisionsFor", judgeRevisionsFor, Duration.ZERO, Duration.ofMinutes(5))
        .that(
            retention10s.compareTo(grace.plusMinutes(2)) >= 0,
            "retention10s",
            retention10s,
            "at least grace and 2 minutes: windows of 1 minute are made from those of 10 seconds")
        .that(
            retention10s.compareTo(grace.plus(judgeRevisionsFor)) >= 0,
            "retention10s",
            retention10s,
            "at least grace and judgeRevisionsFor: windows that are evaluated again must be stored")
        .that(
            retention1m.compareTo(grace.plusHours(2)) >= 0,
            "retention1m",
            retention1m,
            "at least grace and 2 hours: windows of 1 hour are made from those of 1 minute")
        .range("maxOpenSeries", maxOpenSeries, 1_000, 10_000_000)
        .done();
  }

  public static WindowConfig defaults() {
    return new WindowConfig(
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofMinutes(5),
        WindowTier.BASE.retention(),
        WindowTier.MINUTE.retention(),
        WindowTier.HOUR.retention(),
        Duration.ofMinutes(2),
        250_000);
  }

  /** The tiers with their configured retention, finest first. */
  public List<WindowTier> tiers() {
    return List.of(
        new WindowTier(WindowTier.BASE.name(), WindowTier.BASE.size(), retention10s),
        new WindowTier(WindowTier.MINUTE.name(), WindowTier.MINUTE.size(), retention1m),
        new WindowTier(WindowTier.HOUR.name(), WindowTier.HOUR.size(), retention1h));
  }

  /** Number of newest closed base windows that are evaluated again when they are revised. */
  public int judgedAgain() {
    return (int) (judgeRevisionsFor.toMillis() / WindowTier.BASE.sizeMs());
  }

  /** The longest retention of all tiers. */
  public Duration longestRetention() {
    return retention1h;
  }
}
