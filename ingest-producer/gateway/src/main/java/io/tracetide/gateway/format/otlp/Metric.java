package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all points of a metric share.
 *
 * @param temporality as OTLP numbers it: 1 delta, 2 cumulative
 * @param monotonic whether a sum never falls
 */
public record Metric(String name, String unit, Kind kind, long temporality, boolean monotonic) {

  private static final long DELTA = 1;
  private static final long CUMULATIVE = 2;

  /** Units that some libraries write as words, in the notation that the contract has. */
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

  /** The processor's own name for the latency of finished work. */
  private static final String TAKEN = "latency";

  /** Kinds of metrics in OTLP. */
  enum Kind {
    GAUGE,
    SUM,
    HISTOGRAM,
    EXPONENTIAL_HISTOGRAM,
    SUMMARY
  }

  static Metric of(
      RecordBatchBuilder intake,
      String name,
      String unit,
      Kind kind,
      long temporality,
      boolean monotonic) {
    Metric metric =
        new Metric(
            intake.text().name(name),
            intake.text().name(UCUM.getOrDefault(unit, unit)),
            kind,
            temporality,
            monotonic);
    intake.findings().take();
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

  /** Of a gauge none; a summary is always a running total. */
  Temporality contractTemporality() {
    if (type() == MetricType.GAUGE) {
      return Temporality.UNSPECIFIED;
    }
    return isDelta() ? Temporality.DELTA : Temporality.CUMULATIVE;
  }

  private boolean isDelta() {
    return kind != Kind.SUMMARY && temporality == DELTA;
  }

  /** What is wrong with the name; null when nothing is. */
  @Nullable String invalidName() {
    if (name.isBlank()) {
      return "a metric must have a name";
    }
    return name.equals(TAKEN)
        ? "the name latency is that of the latency of finished work: choose another"
        : null;
  }

  /** Why no point of the metric can be told faithfully; null when every one can. */
  @Nullable String unsupported() {
    if (kind == Kind.GAUGE || kind == Kind.SUMMARY) {
      return null;
    }
    if (temporality != DELTA && temporality != CUMULATIVE) {
      return "aggregationTemporality must be delta or cumulative";
    }
    return kind == Kind.SUM && !monotonic && isDelta()
        ? "changes of what also falls tell no level: send such a sum as cumulative"
        : null;
  }
}
