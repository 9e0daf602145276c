package io.tracetide.standalone.check;

import java.util.List;

/**
 * The processor's meters of its input, which begin at 0 with its process.
 *
 * @param received records of traces
 * @param duplicates repeated events, which were not counted
 * @param deadLettered records that were sent to the dead-letter topic
 */
record IntakeMeters(long received, long duplicates, long deadLettered) {
  static final IntakeMeters NONE = new IntakeMeters(0, 0, 0);
  private static final String PREFIX = "tracetide_processor_events_";

  /** Reads the text format of Prometheus; meters that are missing are 0. */
  static IntakeMeters parse(String metrics) {
    List<String> lines = metrics.lines().filter(line -> line.startsWith(PREFIX)).toList();
    return new IntakeMeters(
        sum(lines, "received_total"),
        sum(lines, "duplicate_total"),
        sum(lines, "dead_lettered_total"));
  }

  private static long sum(List<String> lines, String name) {
    double sum = 0;
    for (String line : lines) {
      String rest = line.substring(PREFIX.length());
      if (rest.startsWith(name)) {
        String value = rest.substring(rest.lastIndexOf('}') + 1).replace(name, "").strip();
        sum += Double.parseDouble(value.split("\\s", 2)[0]);
      }
    }
    return (long) sum;
  }

  /** The increase since then; a restarted process began at 0. */
  IntakeMeters since(IntakeMeters earlier) {
    return received < earlier.received
        ? this
        : new IntakeMeters(
            received - earlier.received,
            Math.max(0, duplicates - earlier.duplicates),
            Math.max(0, deadLettered - earlier.deadLettered));
  }

  IntakeMeters plus(IntakeMeters more) {
    return new IntakeMeters(
        received + more.received, duplicates + more.duplicates, deadLettered + more.deadLettered);
  }
}
