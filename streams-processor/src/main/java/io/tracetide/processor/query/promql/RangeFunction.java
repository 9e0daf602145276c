package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.source.TierReach;
import io.tracetide.processor.query.promql.syntax.PromqlFunction;

/**
 * The functions of what a counter's windows counted in a range.
 *
 * <p>A range (t - d, t] has n ends of windows of length w, and n * w is d when d is a multiple of
 * w. Otherwise the increase is scaled from n * w to d.
 */
enum RangeFunction {
  /** Per second. */
  RATE,
  /** In the whole range. */
  INCREASE,
  /** Per second, in the last window. */
  IRATE;

  private static final double MILLIS_PER_SECOND = 1_000;

  static RangeFunction of(PromqlFunction function) {
    return switch (function) {
      case RATE -> RATE;
      case INCREASE -> INCREASE;
      case IRATE -> IRATE;
      default -> throw new IllegalArgumentException(function.word() + " takes no range");
    };
  }

  /** Number of ends of windows in (endMs - rangeMs, endMs]. */
  static long windows(TierReach tier, long endMs, long rangeMs) {
    return (tier.floor(endMs) - tier.floor(endMs - rangeMs)) / tier.sizeMs();
  }

  /** Start of the part of the range whose windows are added. */
  long startMs(TierReach tier, long endMs, long rangeMs) {
    return this == IRATE ? tier.floor(endMs) - tier.sizeMs() : endMs - rangeMs;
  }

  /** Number of windows without which there is no value. */
  long least() {
    return this == IRATE ? 2 : 1;
  }

  /** Factor of the sum of the windows. */
  double scale(TierReach tier, long endMs, long rangeMs) {
    double covered = (double) windows(tier, endMs, rangeMs) * tier.sizeMs();
    return switch (this) {
      case RATE -> MILLIS_PER_SECOND / covered;
      case INCREASE -> covered == rangeMs ? 1 : rangeMs / covered;
      case IRATE -> MILLIS_PER_SECOND / tier.sizeMs();
    };
  }
}
