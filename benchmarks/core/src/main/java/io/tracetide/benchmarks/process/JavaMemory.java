package io.tracetide.benchmarks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of a JVM just after a full collection that was requested from outside.
 *
 * @param liveBytes of the heap: what the collection left
 * @param heapRssBytes resident memory of the heap, used or not
 * @param rssBytes resident memory of the process
 */
public record JavaMemory(long liveBytes, long heapRssBytes, long rssBytes) {

  /**
   * A line of a generation, such as {@code tenured generation total 87424K, used 1280K [0x0000,
   * 0x0001, 0x0002)}: where it begins, where its committed part ends, and where it ends.
   */
  private static final Pattern GENERATION =
      Pattern.compile(
          "generation\\s+total \\d+K, used (\\d+)K"
              + "\\s+\\[0x([0-9a-f]+), 0x[0-9a-f]+, 0x([0-9a-f]+)\\)");

  /** First line of a mapping in {@code /proc/PID/smaps}. */
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");

  private static final Pattern RSS = Pattern.compile("Rss:\\s+(\\d+) kB");

  /** Collects the garbage of a JVM and measures it; none when it has ended. */
  public static Optional<JavaMemory> afterCollection(long pid) throws InterruptedException {
    if (jcmd(pid, "GC.run").isEmpty()) {
      return Optional.empty();
    }
    Optional<String> heap = jcmd(pid, "GC.heap_info");
    if (heap.isEmpty()) {
      return Optional.empty();
    }
    try {
      List<String> smaps = Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps"));
      return Optional.of(parse(heap.get(), smaps));
    } catch (IOException e) {
      return Optional.empty(); // Just ended.
    }
  }

  /**
   * Combines what {@code jcmd PID GC.heap_info} prints for the serial collector with the mappings
   * of the process.
   */
  static JavaMemory parse(String heapInfo, List<String> smaps) {
    long live = 0;
    long from = Long.MAX_VALUE;
    long to = 0;
    Matcher generations = GENERATION.matcher(heapInfo);
    while (generations.find()) {
      live += Long.parseLong(generations.group(1)) << 10;
      from = Math.min(from, Long.parseLong(generations.group(2), 16));
      to = Math.max(to, Long.parseLong(generations.group(3), 16));
    }
    if (to == 0) {
      throw new IllegalStateException("no generations of the serial collector in: " + heapInfo);
    }
    long inHeap = 0;
    long all = 0;
    boolean ofHeap = false;
    for (String line : smaps) {
      Matcher mapping = MAPPING.matcher(line);
      Matcher rss = RSS.matcher(line);
      if (mapping.matches()) {
        // The highest mapping of the kernel has an address beyond a signed long.
        long begin = Long.parseUnsignedLong(mapping.group(1), 16);
        ofHeap = begin >= from && begin < to;
      } else if (rss.matches()) {
        long bytes = Long.parseLong(rss.group(1)) << 10;
        all += bytes;
        inHeap += ofHeap ? bytes : 0;
      }
    }
    return new JavaMemory(live, inHeap, all);
  }

  private static Optional<String> jcmd(long pid, String command) throws InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      Process process =
          new ProcessBuilder(tool.toString(), Long.toString(pid), command)
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
