package io.tracetide.instrumentation.micrometer;

import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.TimeWindowMax;
import io.tracetide.schemas.HistogramData;

/** A distribution summary with cumulative buckets. */
final class BucketSummary extends AbstractDistributionSummary {

  private final TimerBuckets buckets;
  private final TimeWindowMax max;

  BucketSummary(
      Id id, Clock clock, DistributionStatisticConfig config, double scale, TimerBuckets buckets) {
    super(id, scale, buckets);
    this.buckets = buckets;
    this.max = new TimeWindowMax(clock, config);
  }

  @Override
  protected void recordNonNegative(double amount) {
    max.record(amount);
  }

  @Override
  public long count() {
    return buckets.count();
  }

  @Override
  public double totalAmount() {
    return buckets.sum();
  }

  @Override
  public double max() {
    return max.poll();
  }

  HistogramData data() {
    return buckets.data(1);
  }
}
