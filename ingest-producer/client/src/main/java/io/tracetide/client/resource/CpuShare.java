package io.tracetide.client.resource;

/** A share of all processors that this process may use, 0 to 100. */
final class CpuShare {

  private CpuShare() {}

  static double percent(double cpuSeconds, double elapsedSeconds) {
    if (!(elapsedSeconds > 0)) {
      return 0;
    }
    int processors = Runtime.getRuntime().availableProcessors();
    return Math.max(0, Math.min(100, 100 * cpuSeconds / elapsedSeconds / processors));
  }
}
