package io.tracetide.client.resource;

import io.tracetide.schemas.MetricType;
import java.util.Map;

/**
 * A measured resource and its metric. Metric names end in their unit, which the processor expects.
 * The first four are also in traces. Each constant names its equivalent in OpenTelemetry's semantic
 * conventions.
 *
 * <p>Resources of the host have the host as their instance, so that a counter reported by two
 * processes is counted once. In a container, the network counters are those of the container, the
 * disk counters those of the host.
 */
public enum MeasuredResource {
  /** {@code process.cpu.utilization}, of all processors. */
  PROCESS_CPU("cpu_usage_percent", MetricType.GAUGE, "%", Scope.PROCESS, ""),
  /** {@code process.memory.usage}: resident memory. */
  PROCESS_MEMORY("memory_usage_mb", MetricType.GAUGE, "MiBy", Scope.PROCESS, ""),
  /** {@code system.network.io}, without loopback. The kernel has no counter per process. */
  NETWORK_RECEIVED("network_io_kb", MetricType.COUNTER, "KiBy", Scope.HOST, Direction.RECEIVE),
  NETWORK_SENT("network_io_kb", MetricType.COUNTER, "KiBy", Scope.HOST, Direction.TRANSMIT),
  /** {@code process.disk.io}: bytes from and to disks, without hits of the page cache. */
  PROCESS_DISK_READ("disk_io_kb", MetricType.COUNTER, "KiBy", Scope.PROCESS, Direction.READ),
  PROCESS_DISK_WRITTEN("disk_io_kb", MetricType.COUNTER, "KiBy", Scope.PROCESS, Direction.WRITE),
  /** {@code process.cpu.time}. */
  PROCESS_CPU_TIME("process_cpu_time_seconds", MetricType.COUNTER, "s", Scope.PROCESS, ""),
  /** {@code jvm.memory.used}, of the heap. */
  JVM_HEAP("jvm_heap_used_mb", MetricType.GAUGE, "MiBy", Scope.PROCESS, ""),
  /** {@code jvm.thread.count}. */
  JVM_THREADS("jvm_thread_count", MetricType.GAUGE, "{thread}", Scope.PROCESS, ""),
  /** {@code system.cpu.utilization}, of all processors. */
  HOST_CPU("system_cpu_usage_percent", MetricType.GAUGE, "%", Scope.HOST, ""),
  /** {@code system.memory.usage}: total minus available memory. */
  HOST_MEMORY("system_memory_usage_mb", MetricType.GAUGE, "MiBy", Scope.HOST, ""),
  /** {@code system.disk.io}. */
  HOST_DISK_READ("system_disk_io_kb", MetricType.COUNTER, "KiBy", Scope.HOST, Direction.READ),
  HOST_DISK_WRITTEN("system_disk_io_kb", MetricType.COUNTER, "KiBy", Scope.HOST, Direction.WRITE);

  /** Whether it is of the process or of the host. */
  public enum Scope {
    PROCESS,
    HOST
  }

  /** Tags as in the semantic conventions. */
  private static final class Direction {
    static final String RECEIVE = "network.io.direction=receive";
    static final String TRANSMIT = "network.io.direction=transmit";
    static final String READ = "disk.io.direction=read";
    static final String WRITE = "disk.io.direction=write";
  }

  private final String metric;
  private final MetricType type;
  private final String unit;
  private final Scope scope;

  @SuppressWarnings("ImmutableEnumChecker") // Map.of is immutable.
  private final Map<String, String> tags;

  MeasuredResource(String metric, MetricType type, String unit, Scope scope, String tag) {
    this.metric = metric;
    this.type = type;
    this.unit = unit;
    this.scope = scope;
    int equals = tag.indexOf('=');
    this.tags = equals < 0 ? Map.of() : Map.of(tag.substring(0, equals), tag.substring(equals + 1));
  }

  public String metric() {
    return metric;
  }

  public MetricType type() {
    return type;
  }

  /** In UCUM notation. */
  public String unit() {
    return unit;
  }

  public Scope scope() {
    return scope;
  }

  public Map<String, String> tags() {
    return tags;
  }
}
