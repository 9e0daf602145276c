package io.tracetide.benchmarks.measurement;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The progress of a process at a time.
 *
 * @param nanos when, on the clock of {@link System#nanoTime}
 * @param events events it had processed
 * @param cpuSeconds processor time it had used
 */
public record Sample(long nanos, long events, double cpuSeconds) {

  private static final Pattern LINE =
      Pattern.compile("(progress|finished) events=(\\d+) cpuSeconds=([0-9.]+)");

  /** The sample in a line of a child's output; none in other lines. */
  public static Optional<Sample> parse(String line, long nanos) {
    Matcher matcher = LINE.matcher(line);
    return matcher.matches()
        ? Optional.of(
            new Sample(
                nanos, Long.parseLong(matcher.group(2)), Double.parseDouble(matcher.group(3))))
        : Optional.empty();
  }

  /** Whether a line reports that the child has finished. */
  public static boolean isEnd(String line) {
    return line.startsWith("finished ");
  }
}
