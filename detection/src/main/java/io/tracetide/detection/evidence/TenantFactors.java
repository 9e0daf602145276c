package io.tracetide.detection.evidence;

import java.util.Arrays;
import java.util.List;

/**
 * What the features of all series of a tenant have in common, such as load and slow hosts: the
 * first three principal components of their clipped z over 720 windows. They are removed from the z
 * of a window, so that a change of everything is no evidence against each series.
 *
 * <p>The components are found by orthogonal iteration, which starts from those of the fit before.
 * Their values in a window are fitted with Huber's weights, so that a few series that deviate do
 * not move them.
 */
final class TenantFactors {
  static final int COUNT = 3;

  /** With fewer series, the factors would contain the deviations of single series. */
  static final int LEAST_SERIES = 10;

  private static final int ITERATIONS = 4;
  private static final int PASSES = 5;
  private static final double HUBER = 1.5;
  private static final double RIDGE = 1e-3;

  /** Wider than the clip of the histories: a large change of everything is common as a whole. */
  private static final double CLIP = 12;

  private final double[] values = new double[COUNT];

  /** Fits the loadings of all series to their histories. */
  void fit(List<SeriesState> series) {
    double[][] scores = new double[COUNT][DeviationHistory.WINDOWS];
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      for (int f = 0; f < COUNT; f++) {
        startWhereEmpty(series, f);
        score(series, f, scores[f]);
      }
      for (int f = 0; f < COUNT; f++) {
        load(series, f, scores[f]);
        orthonormalise(series, f);
      }
    }
  }

  /** Begins with values that differ between features and factors and are never all 0. */
  private static void startWhereEmpty(List<SeriesState> series, int f) {
    for (SeriesState state : series) {
      for (double loading : state.loadings[f]) {
        if (loading != 0) {
          return;
        }
      }
    }
    int i = 0;
    for (SeriesState state : series) {
      for (int feature = 0; feature < Features.SIZE; feature++) {
        boolean latency = feature < Features.LATENCIES;
        state.loadings[f][feature] =
            switch (f) {
              case 0 -> 1;
              case 1 -> latency ? 1 : -4;
              default -> i++ % 2 == 0 ? 1 : -1;
            };
      }
    }
  }

  private static void score(List<SeriesState> series, int f, double[] scores) {
    Arrays.fill(scores, 0);
    for (SeriesState state : series) {
      for (int feature = 0; feature < Features.SIZE; feature++) {
        state.deviations.addTo(feature, state.loadings[f][feature], scores);
      }
    }
  }

  private static void load(List<SeriesState> series, int f, double[] scores) {
    for (SeriesState state : series) {
      for (int feature = 0; feature < Features.SIZE; feature++) {
        state.loadings[f][feature] = state.deviations.product(feature, scores);
      }
    }
  }

  /** Gram-Schmidt against the factors before; a factor without content becomes 0. */
  private static void orthonormalise(List<SeriesState> series, int f) {
    for (int before = 0; before < f; before++) {
      double product = product(series, f, before);
      for (SeriesState state : series) {
        for (int i = 0; i < Features.SIZE; i++) {
          state.loadings[f][i] -= product * state.loadings[before][i];
        }
      }
    }
    double norm = Math.sqrt(product(series, f, f));
    for (SeriesState state : series) {
      for (int i = 0; i < Features.SIZE; i++) {
        state.loadings[f][i] = norm > 1e-9 ? state.loadings[f][i] / norm : 0;
      }
    }
  }

  private static double product(List<SeriesState> series, int a, int b) {
    double sum = 0;
    for (SeriesState state : series) {
      for (int i = 0; i < Features.SIZE; i++) {
        sum += state.loadings[a][i] * state.loadings[b][i];
      }
    }
    return sum;
  }

  /** Sets the part of the z of all series that is common in this window. */
  void condition(List<SeriesState> series) {
    Arrays.fill(values, 0);
    for (int pass = 0; pass <= PASSES; pass++) {
      solve(series, pass == 0);
    }
    for (SeriesState state : series) {
      for (int i = 0; i < Features.SIZE; i++) {
        state.common[i] = common(state, i);
      }
    }
  }

  private double common(SeriesState state, int feature) {
    double sum = 0;
    for (int f = 0; f < COUNT; f++) {
      sum += state.loadings[f][feature] * values[f];
    }
    return sum;
  }

  /** One pass of iteratively reweighted least squares for the values of the factors. */
  private void solve(List<SeriesState> series, boolean unweighted) {
    double[][] normal = new double[COUNT][COUNT + 1];
    for (SeriesState state : series) {
      for (int i = 0; i < Features.SIZE; i++) {
        double z = DeviationHistory.clip(state.z[i], unweighted ? DeviationHistory.CLIP : CLIP);
        double distance = Math.abs(z - common(state, i));
        double weight = unweighted || distance <= HUBER ? 1 : HUBER / distance;
        for (int f = 0; f < COUNT; f++) {
          double weighted = weight * state.loadings[f][i];
          for (int g = 0; g < COUNT; g++) {
            normal[f][g] += weighted * state.loadings[g][i];
          }
          normal[f][COUNT] += weighted * z;
        }
      }
    }
    for (int f = 0; f < COUNT; f++) {
      normal[f][f] += RIDGE;
    }
    eliminate(normal);
  }

  /** Gaussian elimination; the matrix is positive definite, so it needs no pivots. */
  private void eliminate(double[][] normal) {
    for (int f = 0; f < COUNT; f++) {
      for (int row = f + 1; row < COUNT; row++) {
        double factor = normal[row][f] / normal[f][f];
        for (int column = f; column <= COUNT; column++) {
          normal[row][column] -= factor * normal[f][column];
        }
      }
    }
    for (int f = COUNT - 1; f >= 0; f--) {
      double sum = normal[f][COUNT];
      for (int g = f + 1; g < COUNT; g++) {
        sum -= normal[f][g] * values[g];
      }
      values[f] = sum / normal[f][f];
    }
  }
}
