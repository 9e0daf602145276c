package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

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
  public Optional<DeadLetterReason> check(MetricView sample, long nowMs, long newestMs) {
    Optional<DeadLetterReason> untimely =
        TimeFence.check(sample.timestampMs(), nowMs, maxAhead, newestMs, maxBehind);
    if (untimely.isPresent()) {
      return untimely;
    }
    if (sample.hasStart() && sample.startMicros() > sample.timestampMicros()) {
      return Optional.of(DeadLetterReason.BAD_TIMESTAMP);
    }
    if (!isNamed(sample)) {
      return Optional.of(DeadLetterReason.BAD_NAME);
    }
    if (sample.tagCount() > MetricView.MAX_TAGS) {
      return Optional.of(DeadLetterReason.TOO_MANY_ITEMS);
    }
    return sample.type() == MetricType.HISTOGRAM ? checkHistogram(sample) : checkValue(sample);
  }

  private static boolean isNamed(MetricView sample) {
    byte[] bytes = sample.bytes();
    Slice metric = sample.metric;
    boolean reserved =
        Arrays.equals(
            bytes, metric.start(), metric.start() + metric.length(), RESERVED, 0, RESERVED.length);
    return sample.service.isName(bytes)
        && metric.isName(bytes)
        && !reserved
        && sample.tenant.fitsKey(bytes);
  }

  private static Optional<DeadLetterReason> checkValue(MetricView sample) {
    boolean total = sample.type() == MetricType.COUNTER;
    return Double.isFinite(sample.value()) && !(total && sample.value() < 0)
        ? Optional.empty()
        : Optional.of(DeadLetterReason.BAD_VALUE);
  }

  private static Optional<DeadLetterReason> checkHistogram(MetricView sample) {
    boolean contradicts = sample.min() > sample.max();
    sample.normalize();
    if (contradicts
        || sample.bucketCount() != sample.boundCount() + 1
        || !isAscending(sample)
        || !isCount(sample)) {
      return Optional.of(DeadLetterReason.BAD_HISTOGRAM);
    }
    sample.mergeDown();
    return Optional.empty();
  }

  private static boolean isAscending(MetricView sample) {
    double[] bounds = sample.bounds();
    for (int i = 0; i < sample.boundCount(); i++) {
      if (!Double.isFinite(bounds[i]) || (i > 0 && !(bounds[i] > bounds[i - 1]))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isCount(MetricView sample) {
    long observations = 0;
    for (int i = 0; i < sample.bucketCount(); i++) {
      long count = sample.buckets()[i];
      if (count < 0 || count > MAX_OBSERVATIONS - observations) {
        return false;
      }
      observations += count;
    }
    return true;
  }
}
