package io.tracetide.gateway.record;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Guesses the unit of an implausible time: seconds read as milliseconds are in January 1970,
 * microseconds read as milliseconds are after the year 50000.
 */
final class TimeUnitGuess {

  /** The year 2000. The range of plausible times spans less than a factor of a thousand. */
  private static final double EARLIEST_SECONDS = 946_684_800;

  private static final double LATEST_AHEAD_SECONDS = Duration.ofDays(366).toSeconds();

  private static final ChronoUnit[] UNITS = {
    ChronoUnit.NANOS, ChronoUnit.MICROS, ChronoUnit.MILLIS, ChronoUnit.SECONDS
  };

  private TimeUnitGuess() {}

  /**
   * The unit in which the time would be plausible.
   *
   * @param read the unit in which it was read
   * @return null when there is none
   */
  static @Nullable ChronoUnit of(Instant time, ChronoUnit read, Instant now) {
    double seconds = time.getEpochSecond() + time.getNano() / 1e9;
    double unit = nanos(read);
    for (ChronoUnit other : UNITS) {
      double then = seconds / unit * nanos(other);
      if (other != read
          && then >= EARLIEST_SECONDS
          && then <= now.getEpochSecond() + LATEST_AHEAD_SECONDS) {
        return other;
      }
    }
    return null;
  }

  private static double nanos(ChronoUnit unit) {
    return (double) unit.getDuration().toNanos();
  }
}
