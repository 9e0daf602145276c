package io.tracetide.benchmarks.variant;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Prints the progress and the processor time of this process to standard output, a few times a
 * second: {@code progress events=N cpuSeconds=X}.
 */
public final class ProgressLines {

  private static final long EVERY_MILLIS = 200;
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private ProgressLines() {}

  /** Starts printing, until the process ends. */
  public static void start(LongSupplier events) {
    Thread thread = new Thread(() -> run(events), "progress");
    thread.setDaemon(true);
    thread.start();
  }

  private static void run(LongSupplier events) {
    try {
      while (true) {
        print("progress", events.getAsLong());
        TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      // The process ends.
    }
  }

  /** Prints that all events are processed. */
  public static void finished(long events) {
    print("finished", events);
  }

  private static void print(String what, long events) {
    System.out.printf(
        Locale.ROOT,
        "%s events=%d cpuSeconds=%.3f%n",
        what,
        events,
        SYSTEM.getProcessCpuTime() / 1e9);
    System.out.flush();
  }
}
