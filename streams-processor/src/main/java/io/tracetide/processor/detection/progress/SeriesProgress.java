package io.tracetide.processor.detection.progress;

import io.tracetide.processor.window.SeriesId;

/**
 * How many windows a detector knows of one series.
 *
 * @param engine name of the engine, as anomalies contain it
 * @param windowMs length of the windows
 * @param windows windows that were evaluated
 * @param firstAfter windows after which the first anomalies can be found, those of large deviations
 * @param readyAfter windows after which the warm-up ends
 */
public record SeriesProgress(
    SeriesId series, String engine, long windowMs, long windows, int firstAfter, int readyAfter) {

  /** How far the warm-up is. */
  public enum State {
    /** Too few windows for any anomaly. */
    LEARNING,
    /** Large deviations are found. */
    WARMING_UP,
    READY
  }

  public State state() {
    if (windows >= readyAfter) {
      return State.READY;
    }
    return windows >= firstAfter ? State.WARMING_UP : State.LEARNING;
  }

  /** Windows until the warm-up ends. */
  public long remaining() {
    return Math.max(0, readyAfter - windows);
  }
}
