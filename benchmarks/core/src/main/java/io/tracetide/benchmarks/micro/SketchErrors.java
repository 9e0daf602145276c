package io.tracetide.benchmarks.micro;

import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Table;
import java.util.Arrays;
import java.util.Locale;

/**
 * Worst error and size of each sketch over many sets of values. An error is that of the value,
 * relative to the exact one at rank floor(q * (n - 1)), as in "p99 within 1 %". Libraries that
 * bound the error of the rank may return the value of a neighbouring rank, which causes most of
 * their error at 20 values.
 */
final class SketchErrors {

  private static final int TRIALS = 200;
  private static final int[] SIZES = {1, 20, 2_000};

  private SketchErrors() {}

  static Table measure() {
    Table table = new Table("sketch", "n", "bytes", "worst error p50", "worst error p99");
    for (PeerSketch.Kind kind : PeerSketch.Kind.values()) {
      for (int n : SIZES) {
        row(table, kind, n);
      }
    }
    return table;
  }

  private static void row(Table table, PeerSketch.Kind kind, int n) {
    double bytes = 0;
    double p50 = 0;
    double p99 = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      double[] values = Latencies.draw(n, 1_000 + trial);
      PeerSketch sketch = kind.make();
      for (double value : values) {
        sketch.add(value);
      }
      bytes += (double) sketch.toBytes().length / TRIALS;
      Arrays.sort(values);
      p50 = Math.max(p50, error(sketch, values, 0.5));
      p99 = Math.max(p99, error(sketch, values, 0.99));
    }
    table.row(
        kind.name().toLowerCase(Locale.ROOT),
        String.valueOf(n),
        Figures.whole(bytes),
        percent(p50),
        percent(p99));
  }

  private static double error(PeerSketch sketch, double[] sorted, double q) {
    double exact = sorted[(int) Math.floor(q * (sorted.length - 1))];
    return Math.abs(sketch.quantile(q) - exact) / exact;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
