package io.tracetide.runtime.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.time.Duration;
import java.util.List;

/** The meters of the JVM and its process: memory, collections, threads, CPU, files, uptime. */
final class ProcessMetrics {
  private ProcessMetrics() {}

  /** Binds the meters; closing ends the listener for garbage collections. */
  static AutoCloseable bind(MeterRegistry meters) {
    JvmGcMetrics collections = new JvmGcMetrics();
    List.of(
            collections,
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new JvmInfoMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics())
        .forEach(binder -> binder.bindTo(meters));
    // Micrometer's meters of these are in nanoseconds and have names like that of a histogram's
    // count.
    FunctionCounter.builder("process.cpu", ProcessHandle.current(), ProcessMetrics::cpuSeconds)
        .baseUnit("seconds")
        .description("CPU time that the process has used")
        .register(meters);
    Gauge.builder("system.cpus", Runtime.getRuntime(), Runtime::availableProcessors)
        .description("Processors that the process may use")
        .register(meters);
    return collections;
  }

  private static double cpuSeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }
}
