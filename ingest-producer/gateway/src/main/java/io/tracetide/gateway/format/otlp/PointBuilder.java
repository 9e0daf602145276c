package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.format.span.AttributeSink;
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
 * Collects the fields of a data point, in any order, and converts them to one sample, or to a
 * refusal when the contract cannot represent the point.
 *
 * <p>The contract has gauges, totals and distributions; the latter two are cumulative or deltas. A
 * distribution without buckets, such as a summary, has only a count and a sum of observations.
 */
final class PointBuilder implements AttributeSink {

  /** The largest count that a double represents exactly. */
  private static final long MAX_OBSERVATIONS = 1L << 53;

  private static final int NO_RECORDED_VALUE = 1;

  private final RecordBatchBuilder batch;
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

  PointBuilder(RecordBatchBuilder batch, Metric metric, WriterConflicts conflicts) {
    this.batch = batch;
    this.metric = metric;
    this.conflicts = conflicts;
    this.tags = batch.dimensions();
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

  @Override
  public void attribute(String key, String text) {
    tags.put(key, text);
  }

  /** Adds the sample to the batch, or its refusal. */
  void finish(MetricSource source) {
    if ((flags & NO_RECORDED_VALUE) != 0) {
      return;
    }
    if (!source.scope().isEmpty()) {
      tags.put("otel.scope.name", source.scope());
    }
    String unsupported = metric.unsupported();
    if (unsupported != null) {
      batch.refuse(RefusalReason.UNSUPPORTED_METRIC, unsupported);
    } else if (metric.invalidName() != null) {
      batch.refuse(RefusalReason.INVALID_FIELD, metric.invalidName());
    } else if (timeNanos == 0) {
      batch.refuse(RefusalReason.INVALID_TIMESTAMP, "timeUnixNano must be set");
    } else if (Long.compareUnsigned(startNanos, timeNanos) > 0) {
      batch.refuse(
          RefusalReason.INVALID_TIMESTAMP, "startTimeUnixNano must not be after timeUnixNano");
    } else if (metric.isDistribution()) {
      finishDistribution(source);
    } else {
      finishValue(source);
    }
  }

  private void finishValue(MetricSource source) {
    Double measured = value;
    if (measured == null || !Double.isFinite(measured)) {
      batch.refuse(RefusalReason.INVALID_FIELD, "the value must be a finite number");
    } else if (metric.type() == MetricType.COUNTER && measured < 0) {
      batch.refuse(RefusalReason.INVALID_FIELD, "a monotonic sum must not be negative");
    } else {
      accept(source, measured, null);
    }
  }

  private void finishDistribution(MetricSource source) {
    if (count < 0 || count > MAX_OBSERVATIONS) {
      batch.refuse(RefusalReason.INVALID_FIELD, "the count of a histogram must be from 0 to 2^53");
      return;
    }
    BucketBuilder read = exponential == null ? buckets : exponential.buckets();
    String invalid = exponential == null ? read.normalize(count) : exponential.invalid();
    if (invalid == null) {
      invalid = read.invalid(count);
    }
    if (invalid != null) {
      batch.refuse(RefusalReason.INVALID_FIELD, invalid);
      return;
    }
    if (read.mergeDown()) {
      batch.truncations().count(Truncation.BUCKETS_MERGED);
    }
    accept(source, 0, distribution(read));
  }

  private HistogramData distribution(BucketBuilder read) {
    boolean given = sum != null;
    double total = given ? sum : 0;
    boolean known = given && Double.isFinite(total);
    if (given && !known) {
      batch.truncations().count(Truncation.SUM_UNKNOWN);
    }
    // Without observations there are no extremes, and a minimum above the maximum is invalid.
    boolean extremes = count > 0 && !(min > max);
    return new HistogramData(
        read.bounds(),
        read.counts(),
        known ? total : 0,
        known,
        extremes && Double.isFinite(min) ? min : null,
        extremes && Double.isFinite(max) ? max : null);
  }

  private void accept(MetricSource source, double measured, @Nullable HistogramData histogram) {
    Temporality temporality = metric.contractTemporality();
    Map<String, String> dimensions = tags.toMap();
    if (temporality == Temporality.CUMULATIVE
        && conflicts.contradicts(
            new WriterConflicts.Point(
                startNanos, timeNanos, histogram == null ? measured : (double) count),
            batch.tenant(),
            source,
            metric.name(),
            dimensions)) {
      batch.warn(WriterConflicts.WARNING);
      batch.truncations().count(Truncation.CONFLICTING_WRITERS);
    }
    batch.accept(
        new MetricSample(
            batch.tenant(),
            source.serviceName(),
            metric.name(),
            metric.type(),
            SpanTime.at(timeNanos),
            metric.unit(),
            measured,
            startTimestamp(),
            histogram,
            source.instance(),
            dimensions,
            temporality));
  }

  /** Null for a gauge. */
  private @Nullable Instant startTimestamp() {
    return metric.type() == MetricType.GAUGE || startNanos == 0 ? null : SpanTime.at(startNanos);
  }
}
