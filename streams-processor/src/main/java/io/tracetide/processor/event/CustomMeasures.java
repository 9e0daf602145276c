package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.window.SeriesId;
import java.util.Arrays;

/**
 * Custom measures of one event: values, and the positions of their names in its bytes. Invalid
 * measures and those beyond {@link #MOST} are skipped. The number of names of a service over time
 * is limited by {@code SeriesLimits}.
 */
final class CustomMeasures {

  /** Maximum of measures of one event. */
  static final int MOST = 64;

  /** Reserved name of the latency series of finished spans. */
  private static final byte[] RESERVED = SeriesId.LATENCY.getBytes(UTF_8);

  private final int[] starts = new int[MOST];
  private final int[] lengths = new int[MOST];
  private final double[] values = new double[MOST];
  private final Slice name = new Slice();
  private int count;

  void clear() {
    count = 0;
  }

  /** Sets the name of the next value. */
  void name(int at, int length) {
    name.set(at, length);
  }

  void value(byte[] record, double value) {
    if (count < MOST && Double.isFinite(value) && name.isName(record) && !isReserved(record)) {
      starts[count] = name.start();
      lengths[count] = name.length();
      values[count] = value;
      count++;
    }
  }

  private boolean isReserved(byte[] record) {
    int start = name.start();
    return Arrays.equals(record, start, start + name.length(), RESERVED, 0, RESERVED.length);
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
