package io.tracetide.benchmarks.report;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Description of the machine in one line; values of different machines are not comparable. */
public final class Machine {

  private Machine() {}

  public static String describe() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return "%d processors, %d GiB, %s %s, Java %s"
        .formatted(
            system.getAvailableProcessors(),
            Math.round(system.getTotalMemorySize() / (double) (1L << 30)),
            system.getName(),
            system.getArch(),
            Runtime.version());
  }
}
