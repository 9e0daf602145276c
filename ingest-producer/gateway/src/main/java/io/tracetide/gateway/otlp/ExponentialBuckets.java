package io.tracetide.gateway.otlp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An exponential histogram in buckets with explicit bounds, the same ones for every point of every
 * metric.
 *
 * <p>An exponential histogram of scale s has bounds 2^(i / 2^s), and while it grows it moves to a
 * lower scale and to other indexes. A total is compared with the one before bucket by bucket, so
 * its bounds must not move with it: they are those of scale 2 (four buckets to each power of two)
 * from 2^-20 to 2^43, in seconds from a microsecond to far beyond, in bytes to 8 TiB. Merging
 * buckets of a higher scale into them is exact, four times the resolution becomes one. What lies in
 * a bucket is then known to within 9 % (OpenTelemetry, "Metrics Data Model: Exponential Scale").
 *
 * <p>Points of a lower scale, whose values span more than OpenTelemetry's 160 buckets of scale 2
 * reach, more than twelve orders of magnitude, have bounds of their own scale. Left out are
 * negative observations: no quantile of what is not positive would be right.
 */
final class ExponentialBuckets {

  private static final int FINEST = 2;
  private static final int COARSEST = -3;

  private static final Map<Integer, Grid> GRIDS = new ConcurrentHashMap<>();

  private final int scale;
  private final Grid grid;
  private final long[] counts;
  private boolean negative;
  private boolean overflow;

  ExponentialBuckets(int scale, long zeroCount) {
    this.scale = scale;
    this.grid = GRIDS.computeIfAbsent(Math.max(COARSEST, Math.min(FINEST, scale)), Grid::ofScale);
    this.counts = new long[grid.bounds.size() + 1];
    add(0, zeroCount);
  }

  /** Adds a positive bucket, which ends at 2^((index + 1) / 2^scale). */
  void positive(long index, long observations) {
    if (observations != 0) {
      long merged = scale > FINEST ? index >> Math.min(scale - FINEST, Long.SIZE - 1) : index;
      long bucket = merged + 1 - grid.lowest;
      add((int) Math.max(0, Math.min(bucket, counts.length - 1)), observations);
    }
  }

  /** Adds a bucket of negative observations. */
  void negative(long observations) {
    negative |= observations != 0;
  }

  private void add(int bucket, long observations) {
    overflow |= observations < 0 || observations > Long.MAX_VALUE - counts[bucket];
    counts[bucket] += observations;
  }

  /** Why there is no faithful form; null when there is one. */
  @Nullable String unsupported() {
    if (scale < COARSEST) {
      return "an exponential histogram must have a scale of " + COARSEST + " or more";
    }
    if (overflow) {
      return "an exponential histogram counts more than 2^63 observations";
    }
    return negative ? "an exponential histogram must not have negative observations" : null;
  }

  List<Double> bounds() {
    return grid.bounds;
  }

  List<Long> counts() {
    return Arrays.stream(counts).boxed().toList();
  }

  /** Bounds of one scale. */
  private static final class Grid {

    /** Exponents of the first and last bound at scale 2, in quarters. */
    private static final int FINEST_LOWEST = -80;

    private static final int FINEST_HIGHEST = 172;

    private static final int HALF_LOWEST = -120;
    private static final int HALF_HIGHEST = 134;
    private static final int WIDEST = 127;

    private final int lowest;
    private final List<Double> bounds;

    private Grid(int scale, int lowest, int highest) {
      this.lowest = lowest;
      List<Double> made = new ArrayList<>(highest - lowest + 1);
      for (int i = lowest; i <= highest; i++) {
        made.add(Math.pow(2, Math.scalb((double) i, -scale)));
      }
      this.bounds = List.copyOf(made);
    }

    static Grid ofScale(int scale) {
      return switch (scale) {
        case 2 -> new Grid(scale, FINEST_LOWEST, FINEST_HIGHEST);
        case 1 -> new Grid(scale, HALF_LOWEST, HALF_HIGHEST);
        default -> new Grid(scale, -WIDEST, WIDEST);
      };
    }
  }
}
