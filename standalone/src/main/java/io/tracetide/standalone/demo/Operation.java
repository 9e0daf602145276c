package io.tracetide.standalone.demo;

/**
 * Something a service does. How long it takes by itself is log-normal.
 *
 * @param name of its spans
 * @param medianMicros half of the time it takes no longer than this, without what it calls
 * @param spread standard deviation of the logarithm; 0.3 puts the p95 at 1.6 medians
 * @param failure what a failed span says
 */
record Operation(String service, String name, long medianMicros, double spread, String failure) {
  @Override
  public String toString() {
    return service + " " + name;
  }
}
