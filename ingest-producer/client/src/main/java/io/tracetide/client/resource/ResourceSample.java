package io.tracetide.client.resource;

import io.tracetide.schemas.ResourceUsage;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A measurement. Values that the platform does not provide are absent.
 *
 * @param atNanos of the monotonic clock
 * @param values in the units of the resources; totals since the process or the host started
 * @param usage the gauges as a record for trace events
 */
public record ResourceSample(
    long atNanos, Map<MeasuredResource, Double> values, ResourceUsage usage) {

  public ResourceSample {
    values = Map.copyOf(values);
  }

  static ResourceSample of(long atNanos, EnumMap<MeasuredResource, Double> values) {
    ResourceUsage usage =
        new ResourceUsage(
            values.get(MeasuredResource.PROCESS_CPU),
            values.get(MeasuredResource.PROCESS_MEMORY),
            null,
            null);
    return new ResourceSample(atNanos, values, usage);
  }

  /**
   * Usage since an earlier measurement: mean CPU, current memory, bytes of network and disk; null
   * when there was no measurement in between.
   */
  public @Nullable ResourceUsage usageSince(ResourceSample earlier) {
    if (earlier.atNanos == atNanos) {
      return null;
    }
    return new ResourceUsage(
        averageCpu(earlier),
        values.get(MeasuredResource.PROCESS_MEMORY),
        rise(earlier, MeasuredResource.NETWORK_RECEIVED, MeasuredResource.NETWORK_SENT),
        rise(earlier, MeasuredResource.PROCESS_DISK_READ, MeasuredResource.PROCESS_DISK_WRITTEN));
  }

  private @Nullable Double averageCpu(ResourceSample earlier) {
    Double used = rise(earlier, MeasuredResource.PROCESS_CPU_TIME);
    return used == null ? null : CpuShare.percent(used, (atNanos - earlier.atNanos) / 1e9);
  }

  private @Nullable Double rise(ResourceSample earlier, MeasuredResource... totals) {
    double sum = 0;
    for (MeasuredResource total : totals) {
      Double now = values.get(total);
      Double before = earlier.values.get(total);
      if (now == null || before == null) {
        return null;
      }
      sum += Math.max(0, now - before);
    }
    return sum;
  }
}
