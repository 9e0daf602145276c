package io.tracetide.processor.exposition;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.tracetide.processor.query.promql.ClassicBuckets;
import io.tracetide.processor.total.SeriesTotal;
import io.tracetide.processor.window.sketch.SketchBuckets;
import java.util.Arrays;

/**
 * Converts a total to a histogram with fixed bounds and a native histogram of Prometheus.
 *
 * <p>Each bucket of the sketch, 2 % wide, becomes one bucket of schema 8, 0.27 % wide: the one that
 * contains its middle. A quantile of the native histogram is thus within 0.27 % of that of the
 * sketch. A bucket always becomes the same one, so no count of a bucket ever decreases.
 *
 * <p>Counts of Prometheus' histograms are whole numbers. Weights that are not, of sampled spans,
 * are rounded down in each bucket of the sketch.
 */
final class HistogramForms {

  /** 256 buckets to an octave: the finest schema of Prometheus. */
  static final int SCHEMA = 8;

  /** Upper bound of the zero bucket, that of Prometheus' clients: 2^-128. */
  static final double ZERO_THRESHOLD = 0x1p-128;

  private static final double MICROS_PER_SECOND = 1_000_000;
  private static final double PER_OCTAVE = 1 << SCHEMA;
  private static final double LN_2 = StrictMath.log(2);

  /** A sum of weights that is short of a whole number by rounding is that number. */
  private static final double ROUNDING = 1e-6;

  private static final double[] BOUNDS = ClassicBuckets.upperBounds();
  private static final double[] WITH_UNBOUNDED = Arrays.copyOf(BOUNDS, BOUNDS.length + 1);

  static {
    WITH_UNBOUNDED[BOUNDS.length] = Double.POSITIVE_INFINITY;
  }

  private final long[] classic = new long[WITH_UNBOUNDED.length];
  private int[] indexes = new int[64];
  private long[] counts = new long[64];
  private int size;
  private long zeros;

  private HistogramForms() {}

  static HistogramDataPointSnapshot of(SeriesTotal total, Labels labels, Exemplars exemplars) {
    HistogramForms forms = new HistogramForms();
    SketchBuckets.each(total.durations(), forms::add);
    return new HistogramDataPointSnapshot(
        ClassicHistogramBuckets.of(WITH_UNBOUNDED, forms.classic),
        SCHEMA,
        forms.zeros,
        ZERO_THRESHOLD,
        NativeHistogramBuckets.of(
            Arrays.copyOf(forms.indexes, forms.size), Arrays.copyOf(forms.counts, forms.size)),
        NativeHistogramBuckets.EMPTY,
        total.sumMicros() / MICROS_PER_SECOND,
        labels,
        exemplars,
        total.createdMs());
  }

  private void add(double micros, double weight) {
    long count = (long) Math.floor(weight + ROUNDING);
    if (count == 0) {
      return;
    }
    int bound = 0;
    while (bound < BOUNDS.length && micros > BOUNDS[bound] * MICROS_PER_SECOND) {
      bound++;
    }
    classic[bound] += count;
    if (micros == 0) {
      zeros += count;
      return;
    }
    if (size == indexes.length) {
      indexes = Arrays.copyOf(indexes, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    indexes[size] = index(micros);
    counts[size++] = count;
  }

  /** Bucket of a duration: bucket i is (2^((i - 1) / 256), 2^(i / 256)] seconds. */
  static int index(double micros) {
    return (int) Math.ceil(position(micros));
  }

  /** Place of a duration on the scale of buckets. */
  static double position(double micros) {
    return StrictMath.log(micros / MICROS_PER_SECOND) / LN_2 * PER_OCTAVE;
  }
}
