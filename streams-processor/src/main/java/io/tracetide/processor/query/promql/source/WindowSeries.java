package io.tracetide.processor.query.promql.source;

import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a series by their end, ascending; several may have the same end. A series of a
 * counter has values, a series of a bucket metric has encoded distributions.
 */
public final class WindowSeries {
  private static final int FIRST_CAPACITY = 16;
  private static final byte[][] NO_COUNTS = {};

  private final Labels labels;
  private final long[] ends;

  /** Sum of the values of all windows before an index. */
  private final double[] sums;

  private final byte[][] counts;

  private WindowSeries(Labels labels, long[] ends, double[] sums, byte[][] counts) {
    this.labels = labels;
    this.ends = ends;
    this.sums = sums;
    this.counts = counts;
  }

  public Labels labels() {
    return labels;
  }

  /** Index of the first window that ends after this time. */
  public int after(long timeMs) {
    int low = 0;
    int high = ends.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] <= timeMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Sum of the values from one index up to another. */
  public double sum(int from, int to) {
    return sums[to] - sums[from];
  }

  /** Adds the distributions from one index up to another. */
  public void addTo(WindowStats into, int from, int to) {
    for (int i = from; i < to; i++) {
      WindowStatsCodec.addTo(into, counts[i], 0, counts[i].length);
    }
  }

  /** Collects windows in any order. */
  public static final class Builder {
    private final Labels labels;
    private final boolean distributions;
    private long[] ends = new long[FIRST_CAPACITY];
    private double[] values = new double[FIRST_CAPACITY];
    private byte[][] counts;
    private int size;

    /** The sum of the distributions of the last window, when there are several. */
    private @Nullable WindowStats merging;

    private Builder(Labels labels, boolean distributions) {
      this.labels = labels;
      this.distributions = distributions;
      this.counts = distributions ? new byte[FIRST_CAPACITY][] : NO_COUNTS;
    }

    public static Builder ofValues(Labels labels) {
      return new Builder(labels, false);
    }

    public static Builder ofDistributions(Labels labels) {
      return new Builder(labels, true);
    }

    /**
     * Adds the value of a window.
     *
     * @return whether it takes memory: a value of the same window as the one before does not
     */
    public boolean add(long endMs, double value) {
      if (size > 0 && ends[size - 1] == endMs) {
        values[size - 1] += value;
        return false;
      }
      grow();
      ends[size] = endMs;
      values[size++] = value;
      return true;
    }

    /**
     * Adds the distribution of a window, as {@link WindowStatsCodec} encodes it. One of the same
     * window as the one before is merged with it.
     *
     * @return the bytes that it takes
     */
    public int add(long endMs, byte[] encoded) {
      if (size > 0 && ends[size - 1] == endMs) {
        WindowStats sum = merging;
        if (sum == null) {
          sum = WindowStatsCodec.decode(counts[size - 1]).stats();
          merging = sum;
        }
        WindowStatsCodec.addTo(sum, encoded, 0, encoded.length);
        return 0;
      }
      int merged = finishMerge();
      grow();
      ends[size] = endMs;
      counts[size++] = encoded;
      return merged + encoded.length;
    }

    /**
     * Encodes the distribution that is being merged, and returns by how many bytes it has grown.
     */
    private int finishMerge() {
      WindowStats sum = merging;
      if (sum == null) {
        return 0;
      }
      merging = null;
      int before = counts[size - 1].length;
      counts[size - 1] = WindowStatsCodec.encode(sum, 0);
      return counts[size - 1].length - before;
    }

    private void grow() {
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, 2 * size);
        values = distributions ? values : Arrays.copyOf(values, 2 * size);
        counts = distributions ? Arrays.copyOf(counts, 2 * size) : counts;
      }
    }

    public WindowSeries build() {
      finishMerge();
      int[] order = order();
      long[] sortedEnds = new long[size];
      double[] sums = new double[distributions ? 1 : size + 1];
      byte[][] sortedCounts = distributions ? new byte[size][] : NO_COUNTS;
      for (int i = 0; i < size; i++) {
        sortedEnds[i] = ends[order[i]];
        if (distributions) {
          sortedCounts[i] = counts[order[i]];
        } else {
          sums[i + 1] = sums[i] + values[order[i]];
        }
      }
      return new WindowSeries(labels, sortedEnds, sums, sortedCounts);
    }

    private int[] order() {
      for (int i = 1; i < size; i++) {
        if (ends[i] < ends[i - 1]) {
          return IntStream.range(0, size)
              .boxed()
              .sorted(Comparator.comparing(index -> ends[index]))
              .mapToInt(Integer::intValue)
              .toArray();
        }
      }
      return IntStream.range(0, size).toArray();
    }
  }
}
