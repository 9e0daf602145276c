package io.tracetide.processor.query.promql.source;

/**
 * The times at which a query is evaluated.
 *
 * @param startMs milliseconds since the epoch
 * @param stepMs positive
 * @param count at least 1
 */
public record Steps(long startMs, long stepMs, int count) {
  public Steps {
    if (stepMs <= 0 || count < 1) {
      throw new IllegalArgumentException("steps need a positive length and number");
    }
  }

  /** One time. */
  public static Steps at(long timeMs) {
    return new Steps(timeMs, 1, 1);
  }

  public long timeMs(int step) {
    return startMs + step * stepMs;
  }

  public boolean isInstant() {
    return count == 1;
  }
}
