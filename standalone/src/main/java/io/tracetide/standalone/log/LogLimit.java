package io.tracetide.standalone.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Admits one line of each cause per interval and counts the others. Peers may invent causes, so at
 * most a few hundred are distinguished. Thread-safe.
 */
final class LogLimit {

  /** Result of {@link #admit} for a line that must not be written. */
  static final int LEFT_OUT = -1;

  private static final int MOST_CAUSES = 256;
  private static final String FURTHER = "further causes";

  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private final Map<String, Cause> causes = new HashMap<>();

  private static final class Cause {
    private long writtenNanos;
    private int leftOut;
  }

  LogLimit(Duration interval, LongSupplier nanoTime) {
    this.intervalNanos = interval.toNanos();
    this.nanoTime = nanoTime;
  }

  /**
   * Number of suppressed lines of this cause since the last written one; {@link #LEFT_OUT} if this
   * line must not be written.
   */
  synchronized int admit(String cause) {
    long now = nanoTime.getAsLong();
    String counted = causes.containsKey(cause) || causes.size() < MOST_CAUSES ? cause : FURTHER;
    Cause known = causes.get(counted);
    if (known == null) {
      Cause first = new Cause();
      first.writtenNanos = now;
      causes.put(counted, first);
      return 0;
    }
    if (now - known.writtenNanos < intervalNanos) {
      known.leftOut++;
      return LEFT_OUT;
    }
    int leftOut = known.leftOut;
    known.leftOut = 0;
    known.writtenNanos = now;
    return leftOut;
  }
}
