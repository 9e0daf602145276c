package io.tracetide.processor.rule;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.schemas.AnomalyKind;
import java.util.Locale;

/** How a rule's metric is read from a window. */
enum Measure {
  P50_MS("median latency", AnomalyKind.LATENCY),
  P95_MS("p95 latency", AnomalyKind.LATENCY),
  P99_MS("p99 latency", AnomalyKind.LATENCY),
  MEAN_MS("mean latency", AnomalyKind.LATENCY),
  ERROR_RATE_PERCENT("error rate", AnomalyKind.ERROR_RATE),
  THROUGHPUT_PER_SEC("throughput", AnomalyKind.THROUGHPUT),
  CPU_PERCENT("cpu usage", AnomalyKind.RESOURCE),
  /** The mean of a metric that services report. */
  GAUGE("", AnomalyKind.RESOURCE);

  private final String noun;
  private final AnomalyKind kind;

  Measure(String noun, AnomalyKind kind) {
    this.noun = noun;
    this.kind = kind;
  }

  static Measure of(String metric) {
    for (Measure measure : values()) {
      if (measure != GAUGE && measure.name().toLowerCase(Locale.ROOT).equals(metric)) {
        return measure;
      }
    }
    return GAUGE;
  }

  AnomalyKind kind() {
    return kind;
  }

  /** The noun in summaries. */
  String noun(String metric) {
    return this == GAUGE ? metric : noun;
  }

  /** Metric of the series that it is read from. */
  String seriesMetric(String metric) {
    return switch (this) {
      case GAUGE -> metric;
      case CPU_PERCENT -> SeriesId.CPU_USAGE_PERCENT;
      default -> SeriesId.LATENCY;
    };
  }

  /** Whether a window needs {@code minCount} spans to have a value. */
  boolean needsMinCount() {
    return kind == AnomalyKind.LATENCY || kind == AnomalyKind.ERROR_RATE;
  }

  /** The value in a window; NaN when the window has none. */
  double value(WindowStats stats, double windowSeconds) {
    return switch (this) {
      case P50_MS -> stats.quantile(0.5) / 1_000;
      case P95_MS -> stats.quantile(0.95) / 1_000;
      case P99_MS -> stats.quantile(0.99) / 1_000;
      case MEAN_MS -> stats.mean() / 1_000;
      case ERROR_RATE_PERCENT -> stats.errorRatePercent();
      case THROUGHPUT_PER_SEC -> stats.weightedCount() / windowSeconds;
      case CPU_PERCENT, GAUGE -> stats.mean();
    };
  }

  String text(double value) {
    return switch (this) {
      case P50_MS, P95_MS, P99_MS, MEAN_MS -> AnomalyValues.millis(value);
      case ERROR_RATE_PERCENT, CPU_PERCENT -> AnomalyValues.percent(value);
      case THROUGHPUT_PER_SEC -> AnomalyValues.perSecond(value);
      case GAUGE -> AnomalyValues.number(value);
    };
  }
}
