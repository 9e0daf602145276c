package io.tracetide.detection.gauge;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.SplittableRandom;

/**
 * The rows from which the forest is fitted: a sample of all rows in which recent ones are more
 * likely (reservoir sampling with a bound on the age, in the manner of Vitter, Random Sampling with
 * a Reservoir, 1985, and Aggarwal, On Biased Reservoir Sampling, VLDB 2006).
 */
final class TrainingRows {

  /*
   * Rows that arrive between two fits are pending, so that the rows of the last fit are known: a
   * restored detector fits the same forest again. A row is kept with probability 1,000 / 8,000
   * when the sample has long been full, in place of a random one.
   */
  static final int CAPACITY = 1_000;
  private static final int HORIZON = 8_000;

  private final int width;
  private final long seed;
  private final float[] rows;
  private final float[] pending;
  private int size;
  private int waiting;

  /** Rows that were offered. */
  private long offered;

  TrainingRows(int width, int refitEvery, long seed) {
    this.width = width;
    this.seed = seed;
    this.rows = new float[CAPACITY * width];
    this.pending = new float[refitEvery * width];
  }

  void add(double[] row) {
    for (int i = 0; i < width; i++) {
      pending[waiting * width + i] = (float) row[i];
    }
    waiting++;
  }

  /** Pending rows. */
  int waiting() {
    return waiting;
  }

  /** Rows that have been offered to the sample. */
  long offered() {
    return offered;
  }

  /** Moves the pending rows to the sample. */
  void take() {
    for (int i = 0; i < waiting; i++) {
      int at = slot();
      if (at < CAPACITY) {
        System.arraycopy(pending, i * width, rows, at * width, width);
        size = Math.max(size, at + 1);
      }
      offered++;
    }
    waiting = 0;
  }

  /** Where the next row goes; beyond the sample when it is dropped. */
  private int slot() {
    if (size < CAPACITY) {
      return size;
    }
    // A generator for each row: nothing of it must be saved.
    int horizon = (int) Math.min(offered + 1, HORIZON);
    return new SplittableRandom(seed ^ (offered * 0x9E3779B97F4A7C15L)).nextInt(horizon);
  }

  double[][] sample() {
    double[][] sample = new double[size][width];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < width; j++) {
        sample[i][j] = rows[i * width + j];
      }
    }
    return sample;
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(offered);
    out.writeShort(size);
    out.writeShort(waiting);
    for (int i = 0; i < size * width; i++) {
      out.writeFloat(rows[i]);
    }
    for (int i = 0; i < waiting * width; i++) {
      out.writeFloat(pending[i]);
    }
  }

  void read(DataInput in) throws IOException {
    offered = in.readLong();
    size = in.readUnsignedShort();
    waiting = in.readUnsignedShort();
    if (size > CAPACITY || waiting * width > pending.length) {
      throw new IOException("%d rows and %d pending ones".formatted(size, waiting));
    }
    for (int i = 0; i < size * width; i++) {
      rows[i] = in.readFloat();
    }
    for (int i = 0; i < waiting * width; i++) {
      pending[i] = in.readFloat();
    }
  }
}
