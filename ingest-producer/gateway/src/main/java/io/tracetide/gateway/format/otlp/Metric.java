package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that all points of a metric share.
 *
 * @param temporality number of OTLP's enum: 1 delta, 2 cumulative
 * @param monotonic whether a sum never falls
 */
public record Metric(String name, String unit, Kind kind, long temporality, boolean monotonic) {

  private static final long DELTA = 1;
  private static final long CUMULATIVE = 2;

  /** UCUM codes, as in the contract, of units that some libraries write as words. */
  private static final Map<String, String> UCUM =
      Map.ofEntries(
          Map.entry("nanoseconds", "ns"),
          Map.entry("microseconds", "us"),
          Map.entry("milliseconds", "ms"),
          Map.entry("seconds", "s"),
          Map.entry("minutes", "min"),
          Map.entry("hours", "h"),
          Map.entry("days", "d"),
          Map.entry("bytes", "By"),
          Map.entry("kilobytes", "kBy"),
          Map.entry("megabytes", "MBy"),
          Map.entry("percent", "%"));

  /** The processor's name for the latency of finished spans. */
  private static final String RESERVED_NAME = "latency";

  /** Kinds of metrics in OTLP. */
  enum Kind {
    GAUGE,
    SUM,
    HISTOGRAM,
    EXPONENTIAL_HISTOGRAM,
    SUMMARY
  }

  static Metric of(
      RecordBatchBuilder batch,
      String name,
      String unit,
      Kind kind,
      long temporality,
      boolean monotonic) {
    Metric metric =
        new Metric(
            batch.text().name(name),
            batch.text().name(UCUM.getOrDefault(unit, unit)),
            kind,
            temporality,
            monotonic);
    batch.findings().take();
    return metric;
  }

  MetricType type() {
    return switch (kind) {
      case GAUGE -> MetricType.GAUGE;
      case SUM -> monotonic ? MetricType.COUNTER : MetricType.GAUGE;
      case HISTOGRAM, EXPONENTIAL_HISTOGRAM, SUMMARY -> MetricType.HISTOGRAM;
    };
  }

  boolean isDistribution() {
    return type() == MetricType.HISTOGRAM;
  }

  /** Unspecified for a gauge; a summary is always cumulative. */
  Temporality contractTemporality() {
    if (type() == MetricType.GAUGE) {
      return Temporality.UNSPECIFIED;
    }
    return isDelta() ? Temporality.DELTA : Temporality.CUMULATIVE;
  }

  private boolean isDelta() {
    return kind != Kind.SUMMARY && temporality == DELTA;
  }

  /** The error in the name; null when there is none. */
  @Nullable String invalidName() {
    if (name.isBlank()) {
      return "a metric must have a name";
    }
    return name.equals(RESERVED_NAME)
        ? "the name latency is reserved for the latency of finished spans"
        : null;
  }

  /** Why the contract cannot represent points of the metric; null when it can. */
  @Nullable String unsupported() {
    if (kind == Kind.GAUGE || kind == Kind.SUMMARY) {
      return null;
    }
    if (temporality != DELTA && temporality != CUMULATIVE) {
      return "aggregationTemporality must be delta or cumulative";
    }
    return kind == Kind.SUM && !monotonic && isDelta()
        ? "a delta of a non-monotonic sum is not supported: send it as cumulative"
        : null;
  }
}
