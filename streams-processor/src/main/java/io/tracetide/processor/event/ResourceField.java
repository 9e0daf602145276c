package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * A field of a trace event on resource usage, and the metric of the service that it is counted as.
 *
 * <p>CPU and memory are gauges: every event that reports them is a sample. Network and disk are
 * running totals since the trace started: they are counted once, when the span ends, so that a
 * window's sum divided by its length is a rate.
 */
public enum ResourceField {
  CPU_USAGE_PERCENT(0, "cpuUsagePercent", "cpu_usage_percent", false),
  MEMORY_USAGE_MB(1, "memoryUsageMb", "memory_usage_mb", false),
  NETWORK_IO_KB(2, "networkIoKb", "network_io_kb", true),
  DISK_IO_KB(3, "diskIoKb", "disk_io_kb", true);

  /** Number of fields. */
  static final int COUNT = 4;

  private static final ResourceField[] ALL = values();

  private final int place;
  private final String field;

  @SuppressWarnings("ImmutableEnumChecker") // Never changed.
  private final byte[] metric;

  private final boolean total;

  ResourceField(int place, String field, String metric, boolean total) {
    this.place = place;
    this.field = field;
    this.metric = metric.getBytes(UTF_8);
    this.total = total;
  }

  static Optional<ResourceField> ofField(String name) {
    for (ResourceField resource : ALL) {
      if (resource.field.equals(name)) {
        return Optional.of(resource);
      }
    }
    return Optional.empty();
  }

  /** The field of a place. */
  static ResourceField at(int place) {
    return ALL[place];
  }

  /** Name in the contract. */
  String field() {
    return field;
  }

  /** 0 to {@link #COUNT} - 1. */
  int place() {
    return place;
  }

  /** Name of the metric, in UTF-8. */
  public byte[] metric() {
    return metric;
  }

  /** Whether it is a running total of the trace, and not a gauge. */
  public boolean isTotal() {
    return total;
  }
}
