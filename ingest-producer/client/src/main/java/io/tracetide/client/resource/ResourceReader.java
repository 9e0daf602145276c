package io.tracetide.client.resource;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Measures the process and its host. One reading takes some hundred microseconds, most of it in
 * {@code /proc}. Used by one thread.
 */
public final class ResourceReader {

  private static final double MIB = 1 << 20;

  private final ProcFiles files;
  private final @Nullable OperatingSystemMXBean system;
  private @Nullable ResourceSample last;

  ResourceReader(ProcFiles files) {
    this.files = files;
    this.system =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean known
            ? known
            : null;
  }

  /** A reader for this host. */
  public static ResourceReader ofThisMachine() {
    return new ResourceReader(new ProcFiles(Path.of("/")));
  }

  /** Start of this process, from which its totals count. */
  public Instant processStart() {
    return Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  /** Start of the host, from which its totals count; empty when unknown. */
  public Optional<Instant> hostStart() {
    return files.bootSeconds().map(Instant::ofEpochSecond);
  }

  /** Measures now. CPU utilization is the mean since the last measurement. */
  public ResourceSample read() {
    EnumMap<MeasuredResource, Double> values = new EnumMap<>(MeasuredResource.class);
    files.read(values);
    long now = System.nanoTime();
    readJvm(values);
    readProcessors(values, now);
    ResourceSample read = ResourceSample.of(now, values);
    last = read;
    return read;
  }

  private static void readJvm(EnumMap<MeasuredResource, Double> values) {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    values.put(MeasuredResource.JVM_HEAP, heap / MIB);
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    values.put(MeasuredResource.JVM_THREADS, (double) threads);
  }

  private void readProcessors(EnumMap<MeasuredResource, Double> values, long now) {
    if (system == null) {
      return;
    }
    double hostLoad = system.getCpuLoad();
    if (hostLoad >= 0) {
      values.put(MeasuredResource.HOST_CPU, Math.min(100, 100 * hostLoad));
    }
    double cpuSeconds = system.getProcessCpuTime() / 1e9;
    if (cpuSeconds < 0) {
      return;
    }
    values.put(MeasuredResource.PROCESS_CPU_TIME, cpuSeconds);
    ResourceSample before = last;
    Double earlier = before == null ? null : before.values().get(MeasuredResource.PROCESS_CPU_TIME);
    if (before != null && earlier != null) {
      double elapsed = (now - before.atNanos()) / 1e9;
      values.put(MeasuredResource.PROCESS_CPU, CpuShare.percent(cpuSeconds - earlier, elapsed));
    }
  }
}
