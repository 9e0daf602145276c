package io.tracetide.standalone.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * When a process was started, for comparison with what was written earlier. Where it is known, the
 * time since the boot is compared, because it does not change when the wall clock is set. The start
 * instant does, because the kernel derives it from the boot time.
 *
 * @param at by the wall clock
 * @param sinceBoot the id of the boot and the clock ticks from the boot to the start, as written by
 *     {@link #text}; Linux only
 */
record ProcessStart(Optional<Instant> at, Optional<String> sinceBoot) {

  /** Where the kernel of Linux describes processes. */
  static final Path PROC = Path.of("/proc");

  // The kernel derives start instants from a boot time in whole seconds.
  private static final Duration TOLERANCE = Duration.ofSeconds(2);
  // Number of fields from the state, which follows the name of the program, to the start.
  private static final int FIELDS_TO_START = 22 - 3;

  /**
   * The start of a process.
   *
   * @param proc the directory that is {@link #PROC} outside of tests
   */
  static ProcessStart of(ProcessHandle process, Path proc) {
    return new ProcessStart(process.info().startInstant(), sinceBoot(process.pid(), proc));
  }

  /**
   * Reads what {@link #text} has written; the second line is missing in files of earlier builds.
   *
   * @throws DateTimeParseException if the first line is no instant
   */
  static ProcessStart parse(String at, String sinceBoot) {
    return new ProcessStart(
        Optional.of(at.strip()).filter(text -> !text.isEmpty()).map(Instant::parse),
        Optional.of(sinceBoot.strip()).filter(text -> !text.isEmpty()));
  }

  /** Two lines: the instant and the time since the boot, each empty if it is unknown. */
  String text() {
    return at.map(Instant::toString).orElse("") + "\n" + sinceBoot.orElse("") + "\n";
  }

  /** Whether both are the start of the same process, provided that its id is the same. */
  boolean isSame(ProcessStart other) {
    if (sinceBoot.isPresent() && other.sinceBoot.isPresent()) {
      return sinceBoot.equals(other.sinceBoot);
    }
    return at.isPresent()
        && other.at.isPresent()
        && Duration.between(at.get(), other.at.get()).abs().compareTo(TOLERANCE) <= 0;
  }

  private static Optional<String> sinceBoot(long pid, Path proc) {
    try {
      String boot = Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
      String stat = Files.readString(proc.resolve(Long.toString(pid)).resolve("stat"));
      // The name of the program is in parentheses and may have spaces and parentheses itself.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
      if (boot.isEmpty() || fields.length <= FIELDS_TO_START) {
        return Optional.empty();
      }
      return Optional.of(boot + " " + Long.parseLong(fields[FIELDS_TO_START]));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
