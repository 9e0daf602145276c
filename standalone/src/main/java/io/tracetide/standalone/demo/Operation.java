package io.tracetide.standalone.demo;

/**
 * An operation of a service, whose own duration is log-normal.
 *
 * @param name of its spans
 * @param medianMicros median of its duration, without the operations that it calls
 * @param spread standard deviation of the logarithm; 0.3 puts the p95 at 1.6 medians
 * @param failure status message of a failed span
 */
record Operation(String service, String name, long medianMicros, double spread, String failure) {
  @Override
  public String toString() {
    return service + " " + name;
  }
}
