package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.MetricValue;
import io.tracetide.processor.query.window.AnalyticsAnswer.Exemplars;
import io.tracetide.processor.query.window.AnalyticsAnswer.MetricPoint;
import io.tracetide.processor.query.window.AnalyticsAnswer.Point;
import io.tracetide.processor.window.WindowStats;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** The windows that are merged into one point of a series. */
final class MergedWindows {
  private WindowStats stats;
  private long closedUpToMs;
  private int revision;

  /** Begins with one window. */
  MergedWindows(StoredWindow window) {
    this.stats = new WindowStats();
    this.revision = window.addTo(stats);
    this.closedUpToMs = window.closedUpToMs();
  }

  WindowStats stats() {
    return stats;
  }

  void merge(StoredWindow window) {
    revision += window.addTo(stats);
    closeUpTo(window.closedUpToMs());
  }

  /** Lowers the time up to which the point is final. */
  void closeUpTo(long timeMs) {
    closedUpToMs = Math.min(closedUpToMs, timeMs);
  }

  /** Subtracts the statistics of parts. */
  void subtract(List<WindowStats> parts) {
    if (parts.isEmpty()) {
      return;
    }
    long count = stats.count();
    double observations = stats.observations();
    double sum = stats.sum();
    for (WindowStats part : parts) {
      count -= part.count();
      observations -= part.observations();
      sum -= part.sum();
    }
    WindowStats rest = new WindowStats();
    if (count > 0) {
      byte[] unit = stats.unitBytes();
      rest.unit(unit, 0, unit.length);
      long summed = Math.min(count, Math.round(observations));
      if (summed > 0) {
        rest.observeUnplaced(summed);
        rest.addToSum(sum);
      }
      rest.countOnly(count - Math.max(0, summed));
      rest.least(Double.NaN, Double.NaN);
      rest.greatest(Double.NaN, Double.NaN);
    }
    stats = rest;
  }

  /** The point of these windows. With a distribution, small sketches lose their exact values. */
  Point point(long startMs, PointTime time, Extras extras) {
    long endMs = startMs + time.sizeMs();
    long elapsedMs = time.elapsedMs(startMs);
    @Nullable Map<String, @Nullable Double> quantiles =
        quantiles(extras, MetricValue::estimatedMillis);
    return new Point(
        Instant.ofEpochMilli(startMs),
        Instant.ofEpochMilli(endMs),
        elapsedMs,
        stats.count(),
        MetricValue.exact(stats.weightedCount()),
        stats.errors(),
        MetricValue.exact(stats.weightedCount() * 1_000 / elapsedMs),
        MetricValue.exact(stats.errorRatePercent()),
        MetricValue.exactMillis(stats.min()),
        MetricValue.exactMillis(stats.mean()),
        MetricValue.estimatedMillis(stats.quantile(0.50)),
        MetricValue.estimatedMillis(stats.quantile(0.90)),
        MetricValue.estimatedMillis(stats.quantile(0.95)),
        MetricValue.estimatedMillis(stats.quantile(0.99)),
        MetricValue.exactMillis(stats.max()),
        endMs <= closedUpToMs,
        revision,
        new Exemplars(stats.slowest(), stats.error(), stats.typical()),
        null,
        null,
        quantiles,
        extras.distribution() ? Distribution.of(stats) : null);
  }

  private @Nullable Map<String, @Nullable Double> quantiles(
      Extras extras, DoubleFunction<@Nullable Double> unit) {
    if (extras.quantiles().isEmpty()) {
      return null;
    }
    Map<String, @Nullable Double> quantiles = new LinkedHashMap<>();
    for (double quantile : extras.quantiles()) {
      quantiles.put(
          BigDecimal.valueOf(quantile).stripTrailingZeros().toPlainString(),
          unit.apply(stats.quantile(quantile)));
    }
    return Collections.unmodifiableMap(quantiles);
  }

  MetricPoint metricPoint(long startMs, PointTime time, Extras extras) {
    long endMs = startMs + time.sizeMs();
    long elapsedMs = time.elapsedMs(startMs);
    return new MetricPoint(
        Instant.ofEpochMilli(startMs),
        Instant.ofEpochMilli(endMs),
        elapsedMs,
        stats.count(),
        MetricValue.exact(stats.min()),
        MetricValue.exact(stats.mean()),
        MetricValue.estimated(stats.quantile(0.50)),
        MetricValue.estimated(stats.quantile(0.90)),
        MetricValue.estimated(stats.quantile(0.95)),
        MetricValue.estimated(stats.quantile(0.99)),
        MetricValue.exact(stats.max()),
        MetricValue.exact(stats.sum()),
        MetricValue.exact(stats.sum() * 1_000 / elapsedMs),
        endMs <= closedUpToMs,
        revision,
        null,
        null,
        quantiles(extras, MetricValue::estimated));
  }
}
