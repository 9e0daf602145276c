package io.tracetide.processor.detection;

import io.tracetide.schemas.AnomalyKind;

/** A feature of a window. */
public enum Feature {
  /** 95th percentile of the durations. */
  P95("p95_ms", AnomalyKind.LATENCY),
  /** Spans finished each second. */
  THROUGHPUT("throughput_per_sec", AnomalyKind.THROUGHPUT),
  /** Share of failed spans. */
  ERROR_RATE("error_rate_percent", AnomalyKind.ERROR_RATE);

  private final String key;
  private final AnomalyKind kind;

  Feature(String key, AnomalyKind kind) {
    this.key = key;
    this.kind = kind;
  }

  /** Name in an anomaly's maps, with the unit. */
  public String key() {
    return key;
  }

  /** Kind of its anomalies. */
  public AnomalyKind kind() {
    return kind;
  }
}
