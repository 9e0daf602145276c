package io.tracetide.standalone.check;

import io.tracetide.standalone.replay.SpanTable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The exact counts and durations of a recording by operation and minute. A span counts in the
 * minute in which it ended.
 */
final class ExactTable {
  private final Map<Minute, ExactMinute> minutes =
      new TreeMap<>(
          java.util.Comparator.comparing(Minute::service)
              .thenComparing(Minute::operation)
              .thenComparingLong(Minute::startMs));
  private final SortedSet<String> services = new TreeSet<>();
  private long firstMs = Long.MAX_VALUE;
  private long lastMs = Long.MIN_VALUE;
  private long spans;

  private ExactTable() {}

  /**
   * Counts a recording.
   *
   * @param shiftMs shift of the replay
   * @param templating how the processor names operations
   */
  static ExactTable of(SpanTable table, long shiftMs, UnaryOperator<String> templating) {
    ExactTable exact = new ExactTable();
    for (SpanTable.Row row : table.rows()) {
      long endMs = Math.floorDiv(row.endMicros(), 1_000L) + shiftMs;
      long start = Math.floorDiv(endMs, Minute.LENGTH_MS) * Minute.LENGTH_MS;
      exact
          .minutes
          .computeIfAbsent(
              new Minute(row.service(), templating.apply(row.operation()), start),
              m -> new ExactMinute())
          .add(row.durationMicros(), row.error());
      exact.services.add(row.service());
      exact.firstMs = Math.min(exact.firstMs, start);
      exact.lastMs = Math.max(exact.lastMs, start + Minute.LENGTH_MS);
      exact.spans++;
    }
    exact.minutes.values().forEach(ExactMinute::sort);
    return exact;
  }

  Map<Minute, ExactMinute> minutes() {
    return Collections.unmodifiableMap(minutes);
  }

  SortedSet<String> services() {
    return Collections.unmodifiableSortedSet(services);
  }

  /** Start of the first minute. */
  long firstMs() {
    return firstMs;
  }

  /** End of the last minute. */
  long lastMs() {
    return lastMs;
  }

  long spans() {
    return spans;
  }
}
