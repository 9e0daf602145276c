package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.record.Dimensions;
import io.tracetide.gateway.record.RecordBatchBuilder;
import io.tracetide.gateway.record.RefusalReason;
import io.tracetide.gateway.record.Truncation;
import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import io.tracetide.schemas.mapping.SpanTime;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A point of a metric while its fields arrive, in whatever order and encoding; then one
 * measurement, or the reason why there is no faithful one.
 *
 * <p>The contract knows levels, totals, and distributions, the latter two since a start or of an
 * interval alone. A distribution may be without buckets, as a summary always is here: then it has a
 * number and a sum of observations.
 */
final class PointBuilder {

  /** Up to here, doubles count exactly. */
  private static final long MAX_OBSERVATIONS = 1L << 53;

  private static final int NO_RECORDED_VALUE = 1;

  private final RecordBatchBuilder intake;
  private final Metric metric;
  private final WriterConflicts conflicts;
  private final Dimensions tags;

  private long startNanos;
  private long timeNanos;
  private long flags;
  private @Nullable Double value;
  private long count;
  private @Nullable Double sum;
  private double min = Double.NaN;
  private double max = Double.NaN;
  private final BucketBuilder buckets = new BucketBuilder();
  private @Nullable ExponentialBuckets exponential;

  PointBuilder(RecordBatchBuilder intake, Metric metric, WriterConflicts conflicts) {
    this.intake = intake;
    this.metric = metric;
    this.conflicts = conflicts;
    this.tags = intake.dimensions();
  }

  void start(long epochNanos) {
    startNanos = epochNanos;
  }

  void time(long epochNanos) {
    timeNanos = epochNanos;
  }

  void flags(long bits) {
    flags = bits;
  }

  void value(double measured) {
    value = measured;
  }

  void count(long observations) {
    count = observations;
  }

  void sum(double total) {
    sum = total;
  }

  void min(double smallest) {
    min = smallest;
  }

  void max(double largest) {
    max = largest;
  }

  void bucket(long observations) {
    buckets.count(observations);
  }

  void bound(double upper) {
    buckets.bound(upper);
  }

  void exponential(ExponentialBuckets of) {
    exponential = of;
  }

  void attribute(String key, String text) {
    tags.put(key, text);
  }

  /** Hands the point to the intake, or its refusal. */
  void finish(MetricSource meter) {
    if ((flags & NO_RECORDED_VALUE) != 0) {
      return; // It says that nothing was measured.
    }
    if (!meter.scope().isEmpty()) {
      tags.put("otel.scope.name", meter.scope());
    }
    String unsupported = metric.unsupported();
    if (unsupported != null) {
      intake.refuse(RefusalReason.UNSUPPORTED_METRIC, unsupported);
    } else if (metric.invalidName() != null) {
      intake.refuse(RefusalReason.INVALID_FIELD, metric.invalidName());
    } else if (timeNanos == 0) {
      intake.refuse(RefusalReason.INVALID_TIMESTAMP, "timeUnixNano must be set");
    } else if (Long.compareUnsigned(startNanos, timeNanos) > 0) {
      intake.refuse(
          RefusalReason.INVALID_TIMESTAMP, "startTimeUnixNano must not be after timeUnixNano");
    } else if (metric.isDistribution()) {
      finishDistribution(meter);
    } else {
      finishValue(meter);
    }
  }

  private void finishValue(MetricSource meter) {
    Double measured = value;
    if (measured == null || !Double.isFinite(measured)) {
      intake.refuse(RefusalReason.INVALID_FIELD, "the value must be a finite number");
    } else if (metric.type() == MetricType.COUNTER && measured < 0) {
      intake.refuse(RefusalReason.INVALID_FIELD, "a monotonic sum must not be negative");
    } else {
      accept(meter, measured, null);
    }
  }

  private void finishDistribution(MetricSource meter) {
    if (count < 0 || count > MAX_OBSERVATIONS) {
      intake.refuse(RefusalReason.INVALID_FIELD, "the count of a histogram must be from 0 to 2^53");
      return;
    }
    BucketBuilder read = exponential == null ? buckets : exponential.buckets();
    String invalid = exponential == null ? read.normalize(count) : exponential.invalid();
    if (invalid == null) {
      invalid = read.invalid(count);
    }
    if (invalid != null) {
      intake.refuse(RefusalReason.INVALID_FIELD, invalid);
      return;
    }
    if (read.mergeDown()) {
      intake.adjustments().count(Truncation.BUCKETS_MERGED);
    }
    accept(meter, 0, distribution(read));
  }

  private HistogramData distribution(BucketBuilder read) {
    boolean said = sum != null;
    double total = said ? sum : 0;
    boolean known = said && Double.isFinite(total);
    if (said && !known) {
      intake.adjustments().count(Truncation.SUM_UNKNOWN);
    }
    // Of nothing there is no smallest, and a smallest above the largest is neither.
    boolean extremes = count > 0 && !(min > max);
    return new HistogramData(
        read.bounds(),
        read.counts(),
        known ? total : 0,
        known,
        extremes && Double.isFinite(min) ? min : null,
        extremes && Double.isFinite(max) ? max : null);
  }

  private void accept(MetricSource meter, double measured, @Nullable HistogramData histogram) {
    Temporality temporality = metric.contractTemporality();
    Map<String, String> dimensions = tags.toMap();
    if (temporality == Temporality.CUMULATIVE
        && conflicts.contradicts(
            new WriterConflicts.Point(
                startNanos, timeNanos, histogram == null ? measured : (double) count),
            intake.tenant(),
            meter,
            metric.name(),
            dimensions)) {
      intake.warn(WriterConflicts.WARNING);
      intake.adjustments().count(Truncation.CONFLICTING_WRITERS);
    }
    intake.accept(
        new MetricSample(
            intake.tenant(),
            meter.serviceName(),
            metric.name(),
            metric.type(),
            SpanTime.at(timeNanos),
            metric.unit(),
            measured,
            startTimestamp(),
            histogram,
            meter.instance(),
            dimensions,
            temporality));
  }

  /** Of a gauge none. */
  private @Nullable Instant startTimestamp() {
    return metric.type() == MetricType.GAUGE || startNanos == 0 ? null : SpanTime.at(startNanos);
  }
}
