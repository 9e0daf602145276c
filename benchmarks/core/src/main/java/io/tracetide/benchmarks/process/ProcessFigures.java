package io.tracetide.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the operating system says about a process, so that nothing in it can forget to count.
 *
 * @param cpu processor time, user and system, of all its threads
 * @param peakRssBytes most memory it ever had resident; none where the system does not tell
 * @param rssBytes memory it has resident; none where the system does not tell
 */
public record ProcessFigures(Duration cpu, OptionalLong peakRssBytes, OptionalLong rssBytes) {

  /** Figures of a process; none when it has ended. */
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
