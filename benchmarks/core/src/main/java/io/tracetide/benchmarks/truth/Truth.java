package io.tracetide.benchmarks.truth;

import io.tracetide.benchmarks.workload.EventSequence;
import io.tracetide.benchmarks.workload.Workload;
import java.util.Arrays;

/** The exact results of a workload, computed from all its values. */
public final class Truth {

  private final Workload workload;
  private final int[] errors;
  private final long[] sums;

  /** Where a window's values begin in {@link #values}; one more entry than windows. */
  private final int[] starts;

  private final int[] values;

  private Truth(Workload workload, int[] errors, long[] sums, int[] starts, int[] values) {
    this.workload = workload;
    this.errors = errors;
    this.sums = sums;
    this.starts = starts;
    this.values = values;
  }

  /** Counts a workload: once for the sizes, once for the values. */
  public static Truth of(Workload workload) {
    int places = Math.multiplyExact(workload.windows(), workload.series());
    int[] starts = new int[places + 1];
    EventSequence events = workload.sequence();
    while (events.next()) {
      starts[place(workload, events) + 1]++;
    }
    for (int i = 0; i < places; i++) {
      starts[i + 1] += starts[i];
    }
    int[] errors = new int[places];
    long[] sums = new long[places];
    int[] values = new int[Math.toIntExact(workload.events())];
    int[] next = starts.clone();
    events = workload.sequence();
    while (events.next()) {
      int place = place(workload, events);
      values[next[place]++] = events.durationMicros();
      sums[place] += events.durationMicros();
      errors[place] += events.failed() ? 1 : 0;
    }
    for (int place = 0; place < places; place++) {
      Arrays.sort(values, starts[place], starts[place + 1]);
    }
    return new Truth(workload, errors, sums, starts, values);
  }

  private static int place(Workload workload, EventSequence at) {
    return place(workload, at.series(), workload.window(at.timestampMicros() / 1_000));
  }

  private static int place(Workload workload, int series, int window) {
    return window * workload.series() + series;
  }

  public Workload workload() {
    return workload;
  }

  /** Pairs of series and window, those without events included. */
  public int places() {
    return sums.length;
  }

  /** The place of a series and a window in the other methods. */
  public int place(int series, int window) {
    return place(workload, series, window);
  }

  public int count(int place) {
    return starts[place + 1] - starts[place];
  }

  public int errors(int place) {
    return errors[place];
  }

  public long sum(int place) {
    return sums[place];
  }

  /** The largest value; only for places with events. */
  public int max(int place) {
    return values[starts[place + 1] - 1];
  }

  /** The value at rank floor(q * (count - 1)) from 0; only for places with events. */
  public int quantile(int place, double q) {
    return values[starts[place] + (int) Math.floor(q * (count(place) - 1))];
  }
}
