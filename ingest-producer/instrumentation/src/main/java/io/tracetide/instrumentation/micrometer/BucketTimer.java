package io.tracetide.instrumentation.micrometer;

import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.util.TimeUtils;
import io.tracetide.schemas.HistogramData;
import java.util.concurrent.TimeUnit;

/** A timer with cumulative buckets. */
final class BucketTimer extends AbstractTimer {

  private static final double NANOS_PER_SECOND = 1e9;

  private final TimerBuckets buckets;
  private final TimeWindowMax max;

  BucketTimer(
      Id id,
      Clock clock,
      DistributionStatisticConfig config,
      PauseDetector pauseDetector,
      TimeUnit baseTimeUnit,
      TimerBuckets nanoseconds) {
    super(id, clock, pauseDetector, baseTimeUnit, nanoseconds);
    this.buckets = nanoseconds;
    this.max = new TimeWindowMax(clock, config);
  }

  @Override
  protected void recordNonNegative(long amount, TimeUnit unit) {
    max.record((double) unit.toNanos(amount), TimeUnit.NANOSECONDS);
  }

  @Override
  public long count() {
    return buckets.count();
  }

  @Override
  public double totalTime(TimeUnit unit) {
    return TimeUtils.nanosToUnit(buckets.sum(), unit);
  }

  @Override
  public double max(TimeUnit unit) {
    return max.poll(unit);
  }

  HistogramData seconds() {
    return buckets.data(NANOS_PER_SECOND);
  }
}
