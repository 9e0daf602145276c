package io.tracetide.client.resource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;

/**
 * Reads {@code /proc} and {@code /sys} of the Linux kernel. A value is absent when its file does
 * not exist, as on other systems and in some containers, or cannot be parsed (proc(5), and the
 * kernel's Documentation/admin-guide/iostats.rst).
 */
final class ProcFiles {

  private static final double KIB = 1_024;
  private static final double SECTOR = 512;
  private static final int NETWORK_SENT_COLUMN = 8;
  private static final int DISK_COLUMNS = 10;

  private final Path proc;
  private final Path devices;

  /**
   * The files of a machine.
   *
   * @param root {@code /}, or the directory of a test
   */
  ProcFiles(Path root) {
    this.proc = root.resolve("proc");
    this.devices = root.resolve("sys/block");
  }

  void read(EnumMap<MeasuredResource, Double> into) {
    readMemory(into);
    readProcessDisk(into);
    readNetwork(into);
    readDisks(into);
  }

  /** When the host was started, seconds since the epoch. */
  Optional<Long> bootSeconds() {
    return lines("stat").stream()
        .filter(line -> line.startsWith("btime "))
        .findFirst()
        .flatMap(line -> whole(line.substring("btime ".length())));
  }

  private void readMemory(EnumMap<MeasuredResource, Double> into) {
    named(lines("self/status"), "VmRSS:")
        .ifPresent(kib -> into.put(MeasuredResource.PROCESS_MEMORY, kib / KIB));
    List<String> host = lines("meminfo");
    Optional<Double> total = named(host, "MemTotal:");
    Optional<Double> available = named(host, "MemAvailable:");
    if (total.isPresent() && available.isPresent()) {
      into.put(MeasuredResource.HOST_MEMORY, (total.get() - available.get()) / KIB);
    }
  }

  private void readProcessDisk(EnumMap<MeasuredResource, Double> into) {
    List<String> lines = lines("self/io");
    named(lines, "read_bytes:")
        .ifPresent(bytes -> into.put(MeasuredResource.PROCESS_DISK_READ, bytes / KIB));
    named(lines, "write_bytes:")
        .ifPresent(bytes -> into.put(MeasuredResource.PROCESS_DISK_WRITTEN, bytes / KIB));
  }

  private void readNetwork(EnumMap<MeasuredResource, Double> into) {
    for (String line : lines("self/net/dev")) {
      int colon = line.indexOf(':');
      if (colon < 0 || line.substring(0, colon).strip().equals("lo")) {
        continue;
      }
      String[] columns = line.substring(colon + 1).strip().split("\\s+", -1);
      if (columns.length > NETWORK_SENT_COLUMN) {
        add(into, MeasuredResource.NETWORK_RECEIVED, columns[0], 1 / KIB);
        add(into, MeasuredResource.NETWORK_SENT, columns[NETWORK_SENT_COLUMN], 1 / KIB);
      }
    }
  }

  private void readDisks(EnumMap<MeasuredResource, Double> into) {
    for (String line : lines("diskstats")) {
      String[] columns = line.strip().split("\\s+", -1);
      if (columns.length >= DISK_COLUMNS && isDisk(columns[2])) {
        add(into, MeasuredResource.HOST_DISK_READ, columns[5], SECTOR / KIB);
        add(into, MeasuredResource.HOST_DISK_WRITTEN, columns[9], SECTOR / KIB);
      }
    }
  }

  /** Excludes partitions and devices made of disks, which would be counted twice. */
  private boolean isDisk(String name) {
    return name.indexOf('/') < 0
        && Files.exists(devices.resolve(name))
        && !name.matches("(loop|ram|zram|dm-|md|sr|nbd).*");
  }

  private static void add(
      EnumMap<MeasuredResource, Double> into,
      MeasuredResource resource,
      String count,
      double factor) {
    whole(count).ifPresent(value -> into.merge(resource, value * factor, Double::sum));
  }

  /** The number after a name at the beginning of a line, without its unit. */
  private static Optional<Double> named(List<String> lines, String name) {
    for (String line : lines) {
      if (line.startsWith(name)) {
        String[] words = line.substring(name.length()).strip().split("\\s+", -1);
        return whole(words[0]).map(Long::doubleValue);
      }
    }
    return Optional.empty();
  }

  private static Optional<Long> whole(String text) {
    try {
      return Optional.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(proc.resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException | SecurityException notThere) {
      return List.of();
    }
  }
}
