package io.tracetide.processor.query.window;

/**
 * The width of points and the present time.
 *
 * @param sizeMs width of each point in milliseconds
 * @param nowMs present time, milliseconds since the epoch
 */
record PointTime(long sizeMs, long nowMs) {
  private static final long SECOND_MS = 1_000;

  /**
   * Milliseconds of a point that have passed. A point that contains the present time has whole
   * seconds, at least one, so that answers to the same query within a second are equal.
   */
  long elapsedMs(long startMs) {
    long passedMs = nowMs - startMs;
    return passedMs >= sizeMs
        ? sizeMs
        : Math.min(sizeMs, Math.max(SECOND_MS, passedMs / SECOND_MS * SECOND_MS));
  }
}
