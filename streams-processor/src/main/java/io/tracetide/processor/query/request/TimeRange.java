package io.tracetide.processor.query.request;

import java.time.Duration;
import java.time.Instant;

/** Half-open range of event time: the windows whose start lies in [from, to) belong to it. */
public record TimeRange(Instant from, Instant to) {
  public TimeRange {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("from must be before to");
    }
  }

  /** The range of this length that ends now. */
  public static TimeRange last(Duration length, Instant now) {
    return new TimeRange(now.minus(length), now);
  }

  public Duration length() {
    return Duration.between(from, to);
  }

  public long fromMs() {
    return from.toEpochMilli();
  }

  /** Exclusive end, rounded up so that a range with microseconds loses no window. */
  public long toMs() {
    long floor = to.toEpochMilli();
    return Instant.ofEpochMilli(floor).equals(to) ? floor : floor + 1;
  }
}
