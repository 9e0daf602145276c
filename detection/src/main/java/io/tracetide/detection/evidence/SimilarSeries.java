package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The three series whose throughput is most similar to that of a series, such as the caller's span
 * of the same call. Their median predicts its throughput better than the load of the tenant does,
 * so that a drop of one operation alone is distinct.
 */
final class SimilarSeries {
  static final int COUNT = 3;

  /** Candidates: series with the nearest usual counts, so many in all. */
  private static final int CANDIDATES = 64;

  private static final double LEAST_CORRELATION = 0.5;

  /** The most similar first; null where there is none. */
  private final @Nullable SeriesState[] peers = new SeriesState[COUNT];

  /** Slope of this series' z on that of the peer. */
  private final double[] slopes = new double[COUNT];

  void clear() {
    Arrays.fill(peers, null);
  }

  boolean containsAny(Set<SeriesState> series) {
    for (SeriesState peer : peers) {
      if (peer != null && series.contains(peer)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Predicted z of the throughput: the median of the predictions of the peers; NaN with fewer than
   * {@value #COUNT} peers with a known window.
   */
  double predict(long window) {
    double a = prediction(0, window);
    double b = prediction(1, window);
    double c = prediction(2, window);
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private double prediction(int i, long window) {
    SeriesState peer = peers[i];
    return peer == null || peer.lastWindow != window
        ? Double.NaN
        : slopes[i] * peer.z[Features.COUNT];
  }

  /**
   * Chooses the peers of all series anew. Cost for a series: 64 correlations over 720 windows,
   * about 30 us.
   */
  static void choose(List<SeriesState> series) {
    Integer[] order = new Integer[series.size()];
    double[] energy = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
      DeviationHistory own = series.get(i).deviations;
      energy[i] = own.product(Features.COUNT, own, Features.COUNT);
    }
    Arrays.sort(
        order,
        (a, b) -> {
          int byCount =
              Double.compare(
                  series.get(a).features.usualCount(), series.get(b).features.usualCount());
          return byCount != 0 ? byCount : Integer.compare(a, b);
        });
    for (int at = 0; at < order.length; at++) {
      int from = Math.max(0, Math.min(at - CANDIDATES / 2, order.length - CANDIDATES - 1));
      int to = Math.min(order.length, from + CANDIDATES + 1);
      series.get(order[at]).peers.choose(series, order, energy, at, from, to);
    }
  }

  private void choose(
      List<SeriesState> series, Integer[] order, double[] energy, int at, int from, int to) {
    clear();
    double[] best = new double[COUNT];
    Arrays.fill(best, LEAST_CORRELATION);
    int own = order[at];
    DeviationHistory deviations = series.get(own).deviations;
    for (int i = from; i < to; i++) {
      int other = order[i];
      if (other == own || energy[own] == 0 || energy[other] == 0) {
        continue;
      }
      double product =
          deviations.product(Features.COUNT, series.get(other).deviations, Features.COUNT);
      double correlation = product / Math.sqrt(energy[own] * energy[other]);
      int rank = COUNT;
      while (rank > 0 && correlation > best[rank - 1]) {
        rank--;
      }
      if (rank < COUNT) {
        for (int k = COUNT - 1; k > rank; k--) {
          best[k] = best[k - 1];
          peers[k] = peers[k - 1];
          slopes[k] = slopes[k - 1];
        }
        best[rank] = correlation;
        peers[rank] = series.get(other);
        slopes[rank] = product / energy[other];
      }
    }
  }

  void write(DataOutput out) throws IOException {
    for (int i = 0; i < COUNT; i++) {
      SeriesState peer = peers[i];
      out.writeUTF(peer == null ? "" : peer.name);
      out.writeDouble(slopes[i]);
    }
  }

  /** Reads what {@link #write} wrote; names of unknown series are ignored. */
  void read(DataInput in, Map<String, SeriesState> series) throws IOException {
    for (int i = 0; i < COUNT; i++) {
      peers[i] = series.get(in.readUTF());
      slopes[i] = in.readDouble();
    }
  }
}
