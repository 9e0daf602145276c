package io.tracetide.client.resource;

import io.tracetide.schemas.MetricType;
import java.util.Map;

/**
 * Something that is measured, and the metric that it is sent as. Names end in their unit, which is
 * how the processor knows it; the first four are those that traces report, too. Each says the name
 * that OpenTelemetry's semantic conventions have for it.
 *
 * <p>What is of the host is the same for all of its processes, and has the host for its instance:
 * of two processes that report one counter, one adds nothing. In a container it is of the container
 * as far as the kernel tells the two apart, which it does for the network and not for disks.
 */
public enum MeasuredResource {
  /** {@code process.cpu.utilization}, of all processors. */
  PROCESS_CPU("cpu_usage_percent", MetricType.GAUGE, "%", Scope.PROCESS, ""),
  /** {@code process.memory.usage}: resident. */
  PROCESS_MEMORY("memory_usage_mb", MetricType.GAUGE, "MiBy", Scope.PROCESS, ""),
  /** {@code system.network.io}, without loopback. No kernel tells it for each process. */
  NETWORK_RECEIVED("network_io_kb", MetricType.COUNTER, "KiBy", Scope.HOST, Direction.RECEIVE),
  NETWORK_SENT("network_io_kb", MetricType.COUNTER, "KiBy", Scope.HOST, Direction.TRANSMIT),
  /** {@code process.disk.io}: what reached the disks, and not the page cache alone. */
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
  /** {@code system.memory.usage}: what could not be had at once. */
  HOST_MEMORY("system_memory_usage_mb", MetricType.GAUGE, "MiBy", Scope.HOST, ""),
  /** {@code system.disk.io}. */
  HOST_DISK_READ("system_disk_io_kb", MetricType.COUNTER, "KiBy", Scope.HOST, Direction.READ),
  HOST_DISK_WRITTEN("system_disk_io_kb", MetricType.COUNTER, "KiBy", Scope.HOST, Direction.WRITE);

  /** Whose it is. */
  public enum Scope {
    PROCESS,
    HOST
  }

  /** Tags, under the names and values of the semantic conventions. */
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

  @SuppressWarnings("ImmutableEnumChecker") // Map.of makes maps that nobody can change.
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
