package io.tracetide.standalone.check;

import java.util.Arrays;

/** All durations of one operation in one minute, for exact quantiles. */
final class ExactMinute {
  private long[] durationsMicros = new long[16];
  private int count;
  private long errors;

  void add(long durationMicros, boolean error) {
    if (count == durationsMicros.length) {
      durationsMicros = Arrays.copyOf(durationsMicros, count * 2);
    }
    durationsMicros[count++] = durationMicros;
    errors += error ? 1 : 0;
  }

  /** Sorts the durations; call it once, after the last one was added. */
  void sort() {
    durationsMicros = Arrays.copyOf(durationsMicros, count);
    Arrays.sort(durationsMicros);
  }

  int count() {
    return count;
  }

  long errors() {
    return errors;
  }

  /** The duration at rank floor(q * (n - 1)), in milliseconds. */
  double quantileMs(double q) {
    return durationsMicros[(int) Math.floor(q * (count - 1))] / 1_000.0;
  }
}
