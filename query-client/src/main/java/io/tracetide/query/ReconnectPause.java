package io.tracetide.query;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses between attempts, twice as long each time, with half of each at random. */
final class ReconnectPause {
  private final Duration least;
  private final Duration most;
  private final RandomGenerator random;
  private int failures;

  ReconnectPause(Duration least, Duration most, RandomGenerator random) {
    this.least = least;
    this.most = most;
    this.random = random;
  }

  /** The pause before the next attempt. */
  Duration next() {
    long whole = Math.min(most.toMillis(), least.toMillis() << Math.min(failures, 20));
    failures++;
    return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
  }

  void reset() {
    failures = 0;
  }
}
