package io.tracetide.schemas;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Supplier;

/** A clock whose time a test sets. Its zone is always UTC. */
public final class SuppliedClock extends Clock {
  private final Supplier<Instant> now;

  /**
   * A clock for a test.
   *
   * @param now the time, for example a field of the test
   */
  public SuppliedClock(Supplier<Instant> now) {
    this.now = now;
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
