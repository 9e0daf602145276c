package io.tracetide.gateway.format.otlp;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Converts an exponential histogram to buckets with explicit bounds that are the same for every
 * point of every metric.
 *
 * <p>An exponential histogram of scale s has bounds 2^(i / 2^s); as its range grows, its scale and
 * its indexes change. A cumulative total is compared with the previous one bucket by bucket, so the
 * bounds must not change: they are those of scale 2 (four buckets for each power of two) from 2^-20
 * to 2^43, which covers seconds from one microsecond and bytes up to 8 TiB. Merging buckets of a
 * higher scale into them is exact. The relative error of a value is then at most 9 %
 * (OpenTelemetry, "Metrics Data Model: Exponential Scale").
 *
 * <p>Points with negative observations have the bounds of scale 1 on both sides of zero (17 %).
 * Points of a lower scale, whose values span more than twelve orders of magnitude (OpenTelemetry's
 * 160 buckets at scale 2), keep the bounds of their scale. The zero count goes to the bucket next
 * to zero, whatever the zero threshold.
 */
final class ExponentialBuckets {

  /** At this scale one bucket reaches to the largest double; lower scales are equivalent. */
  private static final int COARSEST = -10;

  private static final int FINEST = 2;
  private static final int FINEST_OF_BOTH_SIGNS = 1;

  private static final Map<Integer, Grid> POSITIVE = new ConcurrentHashMap<>();
  private static final Map<Integer, Grid> BOTH_SIGNS = new ConcurrentHashMap<>();

  private final int scale;
  private final Grid positive;
  private final Grid bothSigns;
  private final long[] positiveCounts;
  private final long[] bothCounts;
  private boolean negative;
  private boolean overflow;

  ExponentialBuckets(int scale, long zeroCount) {
    this.scale = Math.max(COARSEST, scale);
    this.positive = POSITIVE.computeIfAbsent(Math.min(FINEST, this.scale), Grid::ofPositiveValues);
    this.bothSigns =
        BOTH_SIGNS.computeIfAbsent(
            Math.min(FINEST_OF_BOTH_SIGNS, this.scale), Grid::ofValuesOfBothSigns);
    this.positiveCounts = new long[positive.buckets()];
    this.bothCounts = new long[bothSigns.buckets()];
    add(positiveCounts, 0, zeroCount);
    add(bothCounts, bothSigns.zero(), zeroCount);
  }

  /** Adds a positive bucket, whose upper bound is 2^((index + 1) / 2^scale). */
  void positive(long index, long observations) {
    if (observations != 0) {
      add(positiveCounts, positive.bucket(index, scale), observations);
      add(bothCounts, bothSigns.bucket(index, scale), observations);
    }
  }

  /** Adds a negative bucket, the mirror image of a positive one. */
  void negative(long index, long observations) {
    if (observations != 0) {
      negative = true;
      int mirrored = bothCounts.length - 1 - bothSigns.bucket(index, scale);
      add(bothCounts, mirrored, observations);
    }
  }

  private void add(long[] counts, int bucket, long observations) {
    overflow |= observations < 0 || observations > Long.MAX_VALUE - counts[bucket];
    counts[bucket] += observations;
  }

  /** The error in the counts; null when there is none. */
  @Nullable String invalid() {
    return overflow
        ? "the counts of a histogram must not be negative, nor more than 2^53 together"
        : null;
  }

  BucketBuilder buckets() {
    return negative
        ? new BucketBuilder(bothSigns.bounds, bothCounts)
        : new BucketBuilder(positive.bounds, positiveCounts);
  }

  /** Bounds of one scale. */
  private static final class Grid {

    /** Exponents of the first and last bound at scale 2, in quarters. */
    private static final int FINEST_LOWEST = -80;

    private static final int FINEST_HIGHEST = 172;

    private static final int HALF_LOWEST = -120;
    private static final int HALF_HIGHEST = 134;
    private static final int WIDEST = 127;

    /** Of values of both signs, which need each bound twice. */
    private static final int BOTH_HALF_LOWEST = -40;

    private static final int BOTH_HALF_HIGHEST = 86;
    private static final int BOTH_WIDEST = 63;

    /** Exponents of the smallest and of the largest power of two that is a double. */
    private static final int LEAST_EXPONENT = -1074;

    private static final int LARGEST_EXPONENT = 1023;

    private final int scale;
    private final int lowest;
    private final boolean mirrored;
    private final int positiveBounds;
    private final double[] bounds;

    private Grid(int scale, int lowest, int highest, boolean mirrored) {
      this.scale = scale;
      this.mirrored = mirrored;
      // Outside the range of doubles, bounds would be zero or infinite.
      this.lowest = (int) Math.max(lowest, Math.ceil(Math.scalb((double) LEAST_EXPONENT, scale)));
      int last = (int) Math.min(highest, Math.floor(Math.scalb((double) LARGEST_EXPONENT, scale)));
      this.positiveBounds = last - this.lowest + 1;
      this.bounds = new double[mirrored ? 2 * positiveBounds : positiveBounds];
      for (int i = 0; i < positiveBounds; i++) {
        double bound = Math.pow(2, Math.scalb((double) (this.lowest + i), -scale));
        bounds[bounds.length - positiveBounds + i] = bound;
        if (mirrored) {
          bounds[positiveBounds - 1 - i] = -bound;
        }
      }
    }

    static Grid ofPositiveValues(int scale) {
      return switch (scale) {
        case 2 -> new Grid(scale, FINEST_LOWEST, FINEST_HIGHEST, false);
        case 1 -> new Grid(scale, HALF_LOWEST, HALF_HIGHEST, false);
        default -> new Grid(scale, -WIDEST, WIDEST, false);
      };
    }

    static Grid ofValuesOfBothSigns(int scale) {
      return scale == 1
          ? new Grid(scale, BOTH_HALF_LOWEST, BOTH_HALF_HIGHEST, true)
          : new Grid(scale, -BOTH_WIDEST, BOTH_WIDEST, true);
    }

    int buckets() {
      return bounds.length + 1;
    }

    /** The bucket of zero. */
    int zero() {
      return mirrored ? positiveBounds : 0;
    }

    /** The bucket into which a positive bucket of the same scale or a finer one is merged. */
    int bucket(long index, int ofScale) {
      long merged = ofScale > scale ? index >> Math.min(ofScale - scale, Long.SIZE - 1) : index;
      long above = Math.max(0, Math.min(merged + 1 - lowest, positiveBounds));
      return zero() + (int) above;
    }
  }
}
