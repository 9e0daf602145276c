package io.tracetide.standalone.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets one line of each cause through in an interval, and counts the others. Strangers may make up
 * causes, so no more than a few hundred are told apart. Thread-safe.
 */
final class LogLimit {

  /** What {@link #admit} says of a line that is not to be written. */
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

  /** How many lines of this cause were left out since the last one; {@link #LEFT_OUT} for this. */
  synchronized int admit(String cause) {
    long now = nanoTime.getAsLong();
    String told = causes.containsKey(cause) || causes.size() < MOST_CAUSES ? cause : FURTHER;
    Cause known = causes.get(told);
    if (known == null) {
      Cause first = new Cause();
      first.writtenNanos = now;
      causes.put(told, first);
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
