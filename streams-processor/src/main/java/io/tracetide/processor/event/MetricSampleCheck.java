package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.event.RecordCheck.Failure;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.MetricType;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Checks the plausibility of a well-formed sample.
 *
 * @param maxAhead how far a sample may be in the future, because clocks differ
 * @param maxBehind how far a sample may be behind the newest one of its partition, because older
 *     windows are deleted
 */
public record MetricSampleCheck(Duration maxAhead, Duration maxBehind)
    implements RecordCheck<MetricView> {

  /** Up to here, doubles represent integers exactly. */
  private static final long MAX_OBSERVATIONS = 1L << 53;

  /** Reserved name of the latency series of finished spans. */
  private static final byte[] RESERVED = SeriesId.LATENCY.getBytes(UTF_8);

  @Override
  public Optional<Failure> check(MetricView sample, long nowMs, long newestMs) {
    Optional<Failure> untimely =
        TimeFence.check(sample.timestampMs(), nowMs, maxAhead, newestMs, maxBehind);
    if (untimely.isPresent()) {
      return untimely;
    }
    if (sample.hasStart() && sample.startMicros() > sample.timestampMicros()) {
      return Failure.of(
          DeadLetterReason.BAD_TIMESTAMP,
          "startTimestamp %d is later than timestamp %d (microseconds)"
              .formatted(sample.startMicros(), sample.timestampMicros()));
    }
    byte[] bytes = sample.bytes();
    if (!sample.service.isName(bytes)
        || !sample.metric.isName(bytes)
        || isReserved(sample)
        || !sample.tenant.fitsKey(bytes)) {
      return Failure.of(DeadLetterReason.BAD_NAME, badName(sample));
    }
    if (sample.tagCount() > MetricView.MAX_TAGS) {
      return of(
          sample,
          DeadLetterReason.TOO_MANY_ITEMS,
          "tags has %d items, at most %d are allowed"
              .formatted(sample.tagCount(), MetricView.MAX_TAGS));
    }
    return sample.type() == MetricType.HISTOGRAM ? checkHistogram(sample) : checkValue(sample);
  }

  private static boolean isReserved(MetricView sample) {
    Slice metric = sample.metric;
    return Arrays.equals(
        sample.bytes(), metric.start(), metric.end(), RESERVED, 0, RESERVED.length);
  }

  private static String badName(MetricView sample) {
    byte[] bytes = sample.bytes();
    if (!sample.service.isName(bytes)) {
      return "serviceName " + sample.service.fault();
    }
    if (!sample.metric.isName(bytes)) {
      return "metricName " + sample.metric.fault();
    }
    return isReserved(sample)
        ? "metricName %s is reserved for finished spans".formatted(SeriesId.LATENCY)
        : "tenantId " + sample.tenant.fault();
  }

  /** A failure of a sample whose names are valid. */
  private static Optional<Failure> of(MetricView sample, DeadLetterReason reason, String detail) {
    return Failure.of(reason, "%s, in %s".formatted(detail, sample.metric()));
  }

  private static Optional<Failure> checkValue(MetricView sample) {
    boolean total = sample.type() == MetricType.COUNTER;
    if (Double.isFinite(sample.value()) && !(total && sample.value() < 0)) {
      return Optional.empty();
    }
    String expected = total ? "a total that is finite and not negative" : "finite";
    return of(
        sample,
        DeadLetterReason.BAD_VALUE,
        "value is %s, which is not %s".formatted(sample.value(), expected));
  }

  private static Optional<Failure> checkHistogram(MetricView sample) {
    double min = sample.min();
    double max = sample.max();
    sample.normalize();
    if (min > max) {
      return of(
          sample,
          DeadLetterReason.BAD_HISTOGRAM,
          "histogram.min %s is above histogram.max %s".formatted(min, max));
    }
    if (sample.bucketCount() != sample.boundCount() + 1) {
      return of(
          sample,
          DeadLetterReason.BAD_HISTOGRAM,
          sample.bucketCount() == 0
              ? "histogram.counts is missing"
              : "histogram.counts has %d items, %d are needed for %d bounds"
                  .formatted(sample.bucketCount(), sample.boundCount() + 1, sample.boundCount()));
    }
    int bound = firstBadBound(sample);
    if (bound >= 0) {
      return of(
          sample,
          DeadLetterReason.BAD_HISTOGRAM,
          "histogram.bounds[%d] is %s, which is not finite or not above the bound before it"
              .formatted(bound, sample.bounds()[bound]));
    }
    int count = firstBadCount(sample);
    if (count >= 0) {
      return of(
          sample,
          DeadLetterReason.BAD_HISTOGRAM,
          "histogram.counts[%d] is %d, which is negative or too large"
              .formatted(count, sample.buckets()[count]));
    }
    sample.mergeDown();
    return Optional.empty();
  }

  /** Index of the first bound that is not finite or not in ascending order; -1 for none. */
  private static int firstBadBound(MetricView sample) {
    double[] bounds = sample.bounds();
    for (int i = 0; i < sample.boundCount(); i++) {
      if (!Double.isFinite(bounds[i]) || (i > 0 && !(bounds[i] > bounds[i - 1]))) {
        return i;
      }
    }
    return -1;
  }

  /** Index of the first bucket with which the observations are no count; -1 for none. */
  private static int firstBadCount(MetricView sample) {
    long observations = 0;
    for (int i = 0; i < sample.bucketCount(); i++) {
      long count = sample.buckets()[i];
      if (count < 0 || count > MAX_OBSERVATIONS - observations) {
        return i;
      }
      observations += count;
    }
    return -1;
  }
}
