package io.tracetide.standalone.check.alert;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Measured times. */
final class Delays {
  private final List<Duration> times = new ArrayList<>();

  void add(Duration time) {
    times.add(time);
  }

  int count() {
    return times.size();
  }

  /** The time at a rank from 0 to 1; zero without any. */
  Duration quantile(double rank) {
    if (times.isEmpty()) {
      return Duration.ZERO;
    }
    List<Duration> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    return sorted.get((int) Math.ceil(rank * (sorted.size() - 1)));
  }

  Duration p99() {
    return quantile(0.99);
  }

  @Override
  public String toString() {
    return "p50 %s, p99 %s, max %s of %d"
        .formatted(text(quantile(0.5)), text(p99()), text(quantile(1)), times.size());
  }

  private static String text(Duration time) {
    return time.toMillis() < 1_000
        ? String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6)
        : String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1e3);
  }
}
