package io.tracetide.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The operating system's values for a process, which include all its threads.
 *
 * @param cpu processor time, user and system, of all its threads
 * @param peakRssBytes most memory it ever had resident; empty where the system has no value
 * @param rssBytes resident memory; empty where the system has no value
 */
public record ProcessFigures(Duration cpu, OptionalLong peakRssBytes, OptionalLong rssBytes) {

  /** Values of a process; empty when it has ended. */
  public static Optional<ProcessFigures> of(long pid) {
    Optional<Duration> cpu =
        ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration());
    if (cpu.isEmpty()) {
      return Optional.empty();
    }
    String status = status(pid);
    return Optional.of(
        new ProcessFigures(cpu.get(), kibibytes(status, "VmHWM:"), kibibytes(status, "VmRSS:")));
  }

  private static String status(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "status"));
    } catch (IOException e) {
      return ""; // Not Linux, or just gone.
    }
  }

  static OptionalLong kibibytes(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst();
  }
}
