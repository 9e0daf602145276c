package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.measurement.Percentiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The outcomes of the requests of a load. */
final class LoadTally {

  private final Map<String, Long> outcomes = new TreeMap<>();
  private final List<Double> acceptedMillis = new ArrayList<>();
  private final List<Double> refusedMillis = new ArrayList<>();
  private long sent;
  private long refused;
  private long nanos;

  synchronized void answered(int status, long tookNanos) {
    sent++;
    outcomes.merge("HTTP " + status, 1L, Long::sum);
    if (status / 100 == 2) {
      acceptedMillis.add(tookNanos / 1e6);
    } else {
      refused++;
      refusedMillis.add(tookNanos / 1e6);
    }
  }

  synchronized void unanswered(Exception cause) {
    sent++;
    outcomes.merge(cause.getClass().getSimpleName() + ": " + cause.getMessage(), 1L, Long::sum);
  }

  synchronized void took(long tookNanos) {
    nanos = tookNanos;
  }

  synchronized long sent() {
    return sent;
  }

  synchronized long accepted() {
    return acceptedMillis.size();
  }

  synchronized long refused() {
    return refused;
  }

  /** Requests without a response. */
  synchronized long unanswered() {
    return sent - accepted() - refused;
  }

  /** Number of responses by kind. */
  synchronized Map<String, Long> outcomes() {
    return Map.copyOf(outcomes);
  }

  synchronized double seconds() {
    return nanos / 1e9;
  }

  /** Durations of accepted requests, in milliseconds. */
  synchronized Percentiles accepting() {
    return new Percentiles(acceptedMillis);
  }

  /** Durations of refused requests, in milliseconds. */
  synchronized Percentiles refusing() {
    return new Percentiles(refusedMillis);
  }
}
