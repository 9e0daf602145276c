package io.tracetide.processor.window;

/**
 * Kind of the values of a metric in a window. The order is part of the stored form; at most three
 * kinds fit into it.
 */
public enum ValueKind {
  /** Measured values: the window has their mean. */
  GAUGE,
  /** Increases: the sum of the window divided by its length is a rate. */
  COUNTER,
  /** Single observations, such as durations. */
  DISTRIBUTION
}
