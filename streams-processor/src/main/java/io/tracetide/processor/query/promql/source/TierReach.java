package io.tracetide.processor.query.promql.source;

/**
 * A tier of windows and how far it reaches back.
 *
 * @param sizeMs length of its windows, which are aligned to the epoch
 * @param keptFromMs windows that start at or after this time are kept
 */
public record TierReach(long sizeMs, long keptFromMs) {
  /** The last boundary of windows at or before this time. */
  public long floor(long timeMs) {
    return Math.floorDiv(timeMs, sizeMs) * sizeMs;
  }

  /** The first boundary of windows at or after this time. */
  public long ceiling(long timeMs) {
    return floor(timeMs + sizeMs - 1);
  }
}
