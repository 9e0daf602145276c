package io.tracetide.detection;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * An isolation forest (Liu, Ting, Zhou: Isolation Forest, ICDM 2008, §3 and §4): trees of random
 * axis-parallel splits, in which points that are few and different end at short paths. The score is
 * {@code 2^(-mean path / c)}, where {@code c} is the mean path of an unsuccessful search in a
 * binary tree of as many rows.
 */
final class IsolationForest implements OutlierEngine.Model {

  /*
   * Two rules differ from the paper, and matter for features that are constant in the training
   * rows, such as the error rate of a service that never failed:
   *
   * - The feature of a split is drawn among all features, also those without a range. The value of
   *   such a split is the constant.
   * - Which side of a split includes its value is random. So a point on either side of a constant
   *   ends in an empty leaf right below the split in half of the trees; a forest that skips
   *   constant features would not see such a point as unusual.
   *
   * All trees are in three arrays, in preorder: the left child of a node follows it. Leaves hold
   * their path length, with the mean path of the rows that were not separated added.
   *
   * Cost: O(trees x subsample x depth) to grow, O(trees x depth) to score; a forest of 100 trees
   * of 256 rows takes about 0.5 MB.
   */
  private static final double EULER = 0.5772156649;
  private static final int LEAF = Integer.MIN_VALUE;

  private final int[] roots;

  /** Feature of a split whose left side is below its value; its complement when it is above. */
  private final int[] features;

  /** Value of a split, or path length of a leaf. */
  private final double[] values;

  private final int[] right;
  private final double meanPath;

  private IsolationForest(
      int[] roots, int[] features, double[] values, int[] right, double meanPath) {
    this.roots = roots;
    this.features = features;
    this.values = values;
    this.right = right;
    this.meanPath = meanPath;
  }

  static IsolationForest grow(double[][] rows, EngineSettings settings, long seed) {
    if (rows.length < 2) {
      throw new IllegalArgumentException("a forest needs two rows, not " + rows.length);
    }
    int sample = Math.min(rows.length, settings.subsample());
    Grower grower = new Grower(rows, sample, seed);
    int[] roots = new int[settings.trees()];
    for (int i = 0; i < roots.length; i++) {
      roots[i] = grower.tree();
    }
    return grower.forest(roots);
  }

  @Override
  public double score(double[] point) {
    double paths = 0;
    for (int root : roots) {
      paths += path(root, point);
    }
    return Math.pow(2, -paths / roots.length / meanPath);
  }

  private double path(int root, double[] point) {
    int node = root;
    while (features[node] != LEAF) {
      node = isLeft(features[node], values[node], point) ? node + 1 : right[node];
    }
    return values[node];
  }

  private static boolean isLeft(int feature, double value, double[] point) {
    return feature >= 0 ? point[feature] < value : point[~feature] > value;
  }

  /** Mean path of an unsuccessful search in a binary search tree of {@code n > 1} rows. */
  static double meanPath(int n) {
    return 2 * (Math.log(n - 1) + EULER - (n - 1.0) / n);
  }

  /** Grows trees one after the other into the same arrays. */
  private static final class Grower {
    private final double[][] rows;
    private final int sample;
    private final int maxDepth;
    private final SplittableRandom random;
    private int[] features = new int[1_024];
    private double[] values = new double[1_024];
    private int[] right = new int[1_024];
    private int size;

    Grower(double[][] rows, int sample, long seed) {
      this.rows = rows.clone();
      this.sample = sample;
      this.maxDepth = (int) Math.ceil(Math.log(sample) / Math.log(2));
      this.random = new SplittableRandom(seed);
    }

    /** Grows a tree from rows drawn without replacement: the head of a shuffle. */
    int tree() {
      for (int i = 0; i < sample; i++) {
        swap(i, random.nextInt(i, rows.length));
      }
      return node(0, sample, 0);
    }

    IsolationForest forest(int[] roots) {
      return new IsolationForest(
          roots,
          Arrays.copyOf(features, size),
          Arrays.copyOf(values, size),
          Arrays.copyOf(right, size),
          meanPath(sample));
    }

    private int node(int from, int to, int depth) {
      int node = add();
      int n = to - from;
      if (depth == maxDepth || n <= 1) {
        features[node] = LEAF;
        values[node] = n > 1 ? depth + meanPath(n) : depth;
        return node;
      }
      int axis = random.nextInt(rows[from].length);
      double value = valueBetween(from, to, axis);
      int feature = random.nextBoolean() ? axis : ~axis;
      int middle = partition(from, to, feature, value);
      features[node] = feature;
      values[node] = value;
      node(from, middle, depth + 1);
      right[node] = node(middle, to, depth + 1);
      return node;
    }

    /** A value drawn from the range of a feature. */
    private double valueBetween(int from, int to, int axis) {
      double least = rows[from][axis];
      double greatest = least;
      for (int i = from + 1; i < to; i++) {
        least = Math.min(least, rows[i][axis]);
        greatest = Math.max(greatest, rows[i][axis]);
      }
      return least + random.nextDouble() * (greatest - least);
    }

    /** Moves the rows of the left side to the front, and returns where the right side begins. */
    private int partition(int from, int to, int feature, double value) {
      int middle = from;
      for (int i = from; i < to; i++) {
        if (isLeft(feature, value, rows[i])) {
          swap(i, middle++);
        }
      }
      return middle;
    }

    private int add() {
      if (size == features.length) {
        features = Arrays.copyOf(features, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
        right = Arrays.copyOf(right, 2 * size);
      }
      return size++;
    }

    private void swap(int i, int j) {
      double[] row = rows[i];
      rows[i] = rows[j];
      rows[j] = row;
    }
  }
}
