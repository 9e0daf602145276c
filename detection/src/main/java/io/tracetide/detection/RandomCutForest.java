package io.tracetide.detection;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A robust random cut forest (Guha, Mishra, Roy, Schrijvers: Robust Random Cut Forest Based Anomaly
 * Detection on Streams, ICML 2016). The feature of a cut is drawn in proportion to its range, so
 * the forest respects the scale of the features: points are unusual by their distance from the
 * others.
 */
final class RandomCutForest implements OutlierEngine.Model {

  /*
   * The score of a point is that of its insertion, which is not carried out: at each node, the
   * probability that a cut of the box that also contains the point separates it from all rows of
   * the node is the growth of the box over its new size (§2, theorem 2). A point that is separated
   * at depth d counts 1 / (d + 1), as in the open source implementation of the authors; the mean
   * over all cuts and trees is e, and 1 / e - 1 is a depth. The result is 2^(-depth / c), the
   * scale of isolation forests, where c is the mean path of a random tree. Expected values over
   * the cuts have less variance than the depth in a grown tree: 50 trees are enough.
   *
   * A row that is in a leaf counts 1 / (d + log2(m + 1)) for m equal rows, and less for a leaf
   * with much of the sample.
   *
   * Nodes are in preorder: the left child of a node follows it. Cost: O(trees x subsample x depth
   * x features) to grow, O(trees x depth x features) to score; 100 trees of 256 rows and 3
   * features take 1.5 MB. Nothing is shared between threads.
   */
  private static final int LEAF = -1;

  private final int width;
  private final int sample;
  private final int[] roots;

  /** Feature of a cut; {@link #LEAF} for leaves. */
  private final int[] features;

  /** Value of a cut, which is left of it; number of rows of a leaf. */
  private final double[] values;

  private final int[] right;

  /** Least and greatest value of each feature of each node. */
  private final double[] boxes;

  private RandomCutForest(Grower grown, int[] roots) {
    this.width = grown.width;
    this.sample = grown.sample;
    this.roots = roots;
    this.features = Arrays.copyOf(grown.features, grown.size);
    this.values = Arrays.copyOf(grown.values, grown.size);
    this.right = Arrays.copyOf(grown.right, grown.size);
    this.boxes = Arrays.copyOf(grown.boxes, grown.size * 2 * grown.width);
  }

  static RandomCutForest grow(double[][] rows, EngineSettings settings, long seed) {
    if (rows.length < 2) {
      throw new IllegalArgumentException("a forest needs two rows, not " + rows.length);
    }
    Grower grower = new Grower(rows, Math.min(rows.length, settings.subsample()), seed);
    int[] roots = new int[settings.trees()];
    for (int i = 0; i < roots.length; i++) {
      roots[i] = grower.tree();
    }
    return new RandomCutForest(grower, roots);
  }

  @Override
  public double score(double[] point) {
    double sum = 0;
    for (int root : roots) {
      sum += inverseDepth(root, point);
    }
    double depth = Math.max(0, roots.length / sum - 1);
    return Math.pow(2, -depth / IsolationForest.meanPath(sample));
  }

  /** Expected value of 1 / (depth + 1) of the point in a tree that it is inserted into. */
  private double inverseDepth(int root, double[] point) {
    double sum = 0;
    double together = 1;
    int node = root;
    for (int depth = 0; ; depth++) {
      double separated = separationProbability(node, point);
      sum += together * separated / (depth + 1);
      together *= 1 - separated;
      if (features[node] == LEAF) {
        double rows = values[node];
        double damped = 1 - 0.5 * rows / sample;
        return sum + together * damped / (depth + Math.log1p(rows) / Math.log(2));
      }
      if (together < 1e-9) {
        return sum;
      }
      node = point[features[node]] <= values[node] ? node + 1 : right[node];
    }
  }

  /** Probability that a random cut of the box of a node and a point separates the two. */
  private double separationProbability(int node, double[] point) {
    double before = 0;
    double growth = 0;
    int at = node * 2 * width;
    for (int i = 0; i < width; i++, at += 2) {
      before += boxes[at + 1] - boxes[at];
      growth += Math.max(0, Math.max(boxes[at] - point[i], point[i] - boxes[at + 1]));
    }
    return growth == 0 ? 0 : growth / (before + growth);
  }

  /** Grows trees one after the other into the same arrays. */
  private static final class Grower {
    private final double[][] rows;
    private final int width;
    private final int sample;
    private final SplittableRandom random;
    private int[] features = new int[1_024];
    private double[] values = new double[1_024];
    private int[] right = new int[1_024];
    private double[] boxes;
    private int size;

    Grower(double[][] rows, int sample, long seed) {
      this.rows = rows.clone();
      this.width = rows[0].length;
      this.sample = sample;
      this.random = new SplittableRandom(seed);
      this.boxes = new double[1_024 * 2 * width];
    }

    /** Grows a tree from rows drawn without replacement: the head of a shuffle. */
    int tree() {
      for (int i = 0; i < sample; i++) {
        swap(i, random.nextInt(i, rows.length));
      }
      return node(0, sample);
    }

    private int node(int from, int to) {
      int node = add();
      double range = box(node, from, to);
      if (range <= 0) {
        features[node] = LEAF;
        values[node] = to - from;
        return node;
      }
      cut(node, random.nextDouble() * range);
      int middle = partition(from, to, features[node], values[node]);
      node(from, middle);
      right[node] = node(middle, to);
      return node;
    }

    /** Sets the box of a node, and returns the sum of its ranges. */
    private double box(int node, int from, int to) {
      double range = 0;
      for (int i = 0; i < width; i++) {
        double least = rows[from][i];
        double greatest = least;
        for (int j = from + 1; j < to; j++) {
          least = Math.min(least, rows[j][i]);
          greatest = Math.max(greatest, rows[j][i]);
        }
        int at = (node * width + i) * 2;
        boxes[at] = least;
        boxes[at + 1] = greatest;
        range += greatest - least;
      }
      return range;
    }

    /** Cuts where {@code remaining} of the ranges, laid end to end, is reached. */
    private void cut(int node, double remaining) {
      int last = 0;
      double left = remaining;
      for (int i = 0; i < width; i++) {
        int at = (node * width + i) * 2;
        double range = boxes[at + 1] - boxes[at];
        if (range > 0) {
          last = i;
          if (left < range) {
            break;
          }
          left -= range;
        }
      }
      int at = (node * width + last) * 2;
      // Rounding must not move the cut to the greatest value: the right side would be empty.
      double value = boxes[at] + Math.min(left, boxes[at + 1] - boxes[at]);
      features[node] = last;
      values[node] = value < boxes[at + 1] ? value : boxes[at];
    }

    /** Moves the rows of the left side to the front, and returns where the right side begins. */
    private int partition(int from, int to, int feature, double value) {
      int middle = from;
      for (int i = from; i < to; i++) {
        if (rows[i][feature] <= value) {
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
        boxes = Arrays.copyOf(boxes, 2 * boxes.length);
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
