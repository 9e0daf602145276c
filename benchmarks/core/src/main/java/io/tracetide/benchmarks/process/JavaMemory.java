package io.tracetide.benchmarks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory of a JVM just after a full collection that was requested from outside.
 *
 * @param liveBytes of the heap: what the collection left
 * @param committedBytes of the heap: what the JVM has reserved from the system, used or not
 * @param rssBytes resident memory of the process
 */
public record JavaMemory(long liveBytes, long committedBytes, long rssBytes) {

  /** A line of a generation, such as {@code tenured generation total 87424K, used 1280K}. */
  private static final Pattern GENERATION =
      Pattern.compile("generation\\s+total (\\d+)K, used (\\d+)K");

  /** Collects the garbage of a JVM and measures it; none when it has ended. */
  public static Optional<JavaMemory> afterCollection(long pid) throws InterruptedException {
    Optional<String> heap = jcmd(pid, "GC.run").flatMap(done -> read(pid));
    OptionalLong rss =
        ProcessFigures.of(pid).map(ProcessFigures::rssBytes).orElse(OptionalLong.empty());
    return heap.isEmpty() || rss.isEmpty()
        ? Optional.empty()
        : Optional.of(parse(heap.get(), rss.getAsLong()));
  }

  private static Optional<String> read(long pid) {
    try {
      return jcmd(pid, "GC.heap_info");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Reads what {@code jcmd PID GC.heap_info} prints for the serial collector. */
  static JavaMemory parse(String heapInfo, long rssBytes) {
    long live = 0;
    long committed = 0;
    Matcher generations = GENERATION.matcher(heapInfo);
    while (generations.find()) {
      committed += Long.parseLong(generations.group(1)) << 10;
      live += Long.parseLong(generations.group(2)) << 10;
    }
    if (committed == 0) {
      throw new IllegalStateException("no generations of the serial collector in: " + heapInfo);
    }
    return new JavaMemory(live, committed, rssBytes);
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
