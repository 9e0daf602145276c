package io.tracetide.processor.window;

/** Kind of the values of a metric in a window. */
public enum ValueKind {
  /** Measured values: the window has their mean. */
  GAUGE(1),
  /** Increases: the sum of the window divided by its length is a rate. */
  COUNTER(1 << 1),
  /** Single observations, such as durations. */
  DISTRIBUTION(1 << 2);

  private final int bit;

  ValueKind(int bit) {
    this.bit = bit;
  }

  /** Its bit in the stored form, which has three. */
  int bit() {
    return bit;
  }
}
