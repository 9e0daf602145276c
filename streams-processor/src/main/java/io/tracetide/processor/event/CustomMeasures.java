package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.window.SeriesId;
import java.util.Arrays;

/**
 * Measures of a service's own that one event tells of: values, and where their names lie in its
 * bytes. Those that cannot be counted are passed over, and so are those beyond {@link #MOST}: how
 * many names a service may have over time is for its limits to say.
 */
final class CustomMeasures {

  /** Measures of one event that are looked at. */
  static final int MOST = 64;

  /** The series of finished work has this name: a metric of the same name would pass for it. */
  private static final byte[] TAKEN = SeriesId.LATENCY.getBytes(UTF_8);

  private final int[] starts = new int[MOST];
  private final int[] lengths = new int[MOST];
  private final double[] values = new double[MOST];
  private final Slice name = new Slice();
  private int count;

  void clear() {
    count = 0;
  }

  /** The name of the value that comes next. */
  void name(int at, int length) {
    name.set(at, length);
  }

  void value(byte[] record, double value) {
    if (count < MOST && Double.isFinite(value) && name.isName(record) && !isTaken(record)) {
      starts[count] = name.start();
      lengths[count] = name.length();
      values[count] = value;
      count++;
    }
  }

  private boolean isTaken(byte[] record) {
    int start = name.start();
    return Arrays.equals(record, start, start + name.length(), TAKEN, 0, TAKEN.length);
  }

  int count() {
    return count;
  }

  int start(int index) {
    return starts[index];
  }

  int length(int index) {
    return lengths[index];
  }

  double value(int index) {
    return values[index];
  }
}
