package io.tracetide.benchmarks.measurement;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The samples of one run in order, and what lies between them. Thread-safe: a child's output
 * arrives on a thread of its own.
 */
public final class Trajectory {

  private final List<Sample> samples = new ArrayList<>();

  public synchronized void add(Sample sample) {
    samples.add(sample);
  }

  public synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** Events processed so far. */
  public synchronized long events() {
    return samples.isEmpty() ? 0 : samples.get(samples.size() - 1).events();
  }

  /** Processor seconds used when so many events were processed, on the line between two samples. */
  public double cpuSecondsAt(double events) {
    return along(Sample::events, events, Sample::cpuSeconds);
  }

  /** When so many events were processed, in nanoseconds. */
  public double nanosAt(double events) {
    return along(Sample::events, events, Sample::nanos);
  }

  /** Processor seconds used at a time. */
  public double cpuSecondsAtNanos(double nanos) {
    return along(Sample::nanos, nanos, Sample::cpuSeconds);
  }

  /** The value of y where x first reaches a value; at the ends, that of the end. */
  private synchronized double along(
      ToDoubleFunction<Sample> x, double at, ToDoubleFunction<Sample> y) {
    if (samples.isEmpty()) {
      throw new IllegalStateException("nothing was sampled");
    }
    Sample before = samples.get(0);
    for (Sample after : samples) {
      double high = x.applyAsDouble(after);
      if (high >= at) {
        double low = x.applyAsDouble(before);
        double share = high == low ? 1 : (at - low) / (high - low);
        double from = y.applyAsDouble(before);
        return from + Math.max(0, share) * (y.applyAsDouble(after) - from);
      }
      before = after;
    }
    return y.applyAsDouble(before);
  }
}
