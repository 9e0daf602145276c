package io.tracetide.gateway.otlp;

import io.tracetide.gateway.intake.Dimensions;
import io.tracetide.gateway.intake.Intake;
import io.tracetide.gateway.intake.RefusalReason;
import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.mapping.SpanTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A point of a metric while its fields arrive, in whatever order and encoding; then one
 * measurement, or the reason why there is no faithful one.
 *
 * <p>The contract knows levels, totals that run since a start, and distributions that do. A delta
 * is a total that begins anew with every point: its start moves on each time, which readers of
 * totals take for a reset, and count it whole.
 */
final class PointDraft {

  /** Most buckets that the processor takes, and so most bounds and one more. */
  private static final int MAX_BUCKETS = 256;

  /** Up to here, doubles count exactly. */
  private static final long MAX_OBSERVATIONS = 1L << 53;

  private static final int NO_RECORDED_VALUE = 1;

  /**
   * The start of a total that does not say when it began: long ago, so that the first point is only
   * what later ones are compared with.
   */
  private static final Instant LONG_AGO = Instant.EPOCH.plus(1, ChronoUnit.MICROS);

  private final Intake intake;
  private final Metric metric;
  private final Dimensions tags;

  private long startNanos;
  private long timeNanos;
  private long flags;
  private @Nullable Double value;
  private long count;
  private @Nullable Double sum;
  private final List<Long> buckets = new ArrayList<>();
  private final List<Double> bounds = new ArrayList<>();
  private boolean tooManyBuckets;
  private @Nullable ExponentialBuckets exponential;

  PointDraft(Intake intake, Metric metric) {
    this.intake = intake;
    this.metric = metric;
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

  void bucket(long observations) {
    if (buckets.size() < MAX_BUCKETS) {
      buckets.add(observations);
    } else {
      tooManyBuckets = true;
    }
  }

  void bound(double upper) {
    if (bounds.size() < MAX_BUCKETS - 1) {
      bounds.add(upper);
    } else {
      tooManyBuckets = true;
    }
  }

  void exponential(ExponentialBuckets of) {
    exponential = of;
  }

  void attribute(String key, String text) {
    tags.put(key, text);
  }

  /** Hands the point to the intake, or its refusal. */
  void finish(Meter meter) {
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

  private void finishValue(Meter meter) {
    Double measured = value;
    if (measured == null || !Double.isFinite(measured)) {
      intake.refuse(RefusalReason.INVALID_FIELD, "the value must be a finite number");
    } else if (metric.type() == MetricType.COUNTER && measured < 0) {
      intake.refuse(RefusalReason.INVALID_FIELD, "a monotonic sum must not be negative");
    } else {
      accept(meter, measured, null);
    }
  }

  private void finishDistribution(Meter meter) {
    ExponentialBuckets grown = exponential;
    if (grown != null) {
      if (grown.unsupported() != null) {
        intake.refuse(RefusalReason.UNSUPPORTED_METRIC, grown.unsupported());
        return;
      }
      bounds.addAll(grown.bounds());
      buckets.addAll(grown.counts());
    } else if (buckets.isEmpty() && bounds.isEmpty()) {
      buckets.add(count); // Only count and sum were kept.
    }
    if (tooManyBuckets) {
      intake.refuse(
          RefusalReason.TOO_MANY_VALUES, "a histogram has at most " + MAX_BUCKETS + " buckets");
      return;
    }
    String invalid = invalidBuckets();
    if (invalid != null) {
      intake.refuse(RefusalReason.INVALID_FIELD, invalid);
      return;
    }
    accept(meter, 0, new HistogramData(bounds, buckets, sum == null ? estimatedSum() : sum));
  }

  private @Nullable String invalidBuckets() {
    if (buckets.size() != bounds.size() + 1) {
      return "a histogram must have one bucket more than bounds";
    }
    for (int i = 0; i < bounds.size(); i++) {
      boolean ascending = i == 0 || bounds.get(i) > bounds.get(i - 1);
      if (!ascending || !Double.isFinite(bounds.get(i))) {
        return "the bounds of a histogram must be finite and ascend";
      }
    }
    long observations = 0;
    for (long bucket : buckets) {
      if (bucket < 0 || bucket > MAX_OBSERVATIONS - observations) {
        return "the counts of a histogram must not be negative, nor more than 2^53 together";
      }
      observations += bucket;
    }
    if (observations != count) {
      return "the buckets of a histogram must add up to its count";
    }
    return sum != null && !Double.isFinite(sum) ? "the sum must be a finite number" : null;
  }

  /** A histogram of what may be negative has no sum: the middles of its buckets make up for it. */
  private double estimatedSum() {
    if (bounds.isEmpty()) {
      return 0;
    }
    double estimate = 0;
    for (int i = 0; i < buckets.size(); i++) {
      double lower = bounds.get(Math.max(0, i - 1));
      double upper = bounds.get(Math.min(i, bounds.size() - 1));
      estimate += buckets.get(i) * (lower / 2 + upper / 2);
    }
    return Double.isFinite(estimate) ? estimate : 0;
  }

  private void accept(Meter meter, double measured, @Nullable HistogramData histogram) {
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
            tags.toMap()));
  }

  /** Of a gauge none. A delta without a start covers no time that anybody knows of. */
  private @Nullable Instant startTimestamp() {
    if (metric.type() == MetricType.GAUGE) {
      return null;
    }
    if (startNanos != 0) {
      return SpanTime.at(startNanos);
    }
    if (metric.isDelta()) {
      return SpanTime.at(timeNanos);
    }
    return metric.type() == MetricType.HISTOGRAM ? LONG_AGO : null;
  }
}
