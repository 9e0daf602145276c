package io.tracetide.standalone.evaluate;

import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.standalone.replay.CsvLine;
import io.tracetide.standalone.replay.MalformedRecordingException;
import io.tracetide.standalone.replay.Recording;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Recorded windows of series: a CSV with the columns {@code window, service, operation, count,
 * errors, p50_us, p95_us, p10_us, p90_us, mean_log_us} in any order; others are ignored. Durations
 * of rows without spans are empty. Or windows of another source, see {@link #put}.
 */
public final class WindowTable {
  private static final List<String> COLUMNS =
      List.of(
          "window",
          "service",
          "operation",
          "count",
          "errors",
          "p10_us",
          "p50_us",
          "p90_us",
          "p95_us",
          "mean_log_us");

  /** A service and an operation. */
  public record Series(String service, String operation) {
    /** Unique name for the detector; it sorts by service, then by operation. */
    public String key() {
      return service + '\0' + operation;
    }
  }

  /** Maximum of the windows from the first to the last. */
  static final long MAX_RANGE = 10_000_000;

  private final Map<String, Series> series = new TreeMap<>();
  private final SortedMap<Long, Map<String, WindowSample>> windows = new TreeMap<>();

  /** Starts without windows. */
  WindowTable() {}

  /**
   * Reads a file, which may be compressed with gzip.
   *
   * @throws MalformedRecordingException with the invalid line and what is expected there
   */
  public static WindowTable read(Path file) throws IOException {
    WindowTable table = new WindowTable();
    long number = 1;
    try (BufferedReader reader = Recording.reader(file)) {
      List<Integer> columns = CsvHeader.find(COLUMNS, file, reader.readLine());
      String line;
      while ((line = reader.readLine()) != null) {
        number++;
        if (!line.isEmpty()) {
          try {
            table.add(CsvLine.split(line), columns);
          } catch (IllegalArgumentException e) {
            throw new MalformedRecordingException(file, number, String.valueOf(e.getMessage()));
          }
        }
      }
    }
    if (table.windows.isEmpty()) {
      throw new MalformedRecordingException(file, 2, "expected at least one window");
    }
    if (table.length() > MAX_RANGE) {
      throw new MalformedRecordingException(
          file,
          number,
          "the windows are numbered from %d to %d; at most %d windows are evaluated"
              .formatted(table.firstWindow(), table.lastWindow(), MAX_RANGE));
    }
    return table;
  }

  /** Sets the sample of a window of a series; the one before is replaced. */
  void put(Series one, long window, WindowSample sample) {
    series.putIfAbsent(one.key(), one);
    windows.computeIfAbsent(window, w -> new HashMap<>()).put(one.key(), sample);
  }

  private void add(List<String> fields, List<Integer> columns) {
    Row row = new Row(fields, columns);
    Series one = new Series(row.text(1), row.text(2));
    long window = row.whole(0);
    long count = row.whole(3);
    long errors = row.whole(4);
    WindowSample sample =
        count == 0
            ? WindowSample.EMPTY
            : new WindowSample(
                count,
                errors,
                row.number(5),
                row.number(6),
                row.number(7),
                row.number(8),
                row.number(9));
    if (windows.getOrDefault(window, Map.of()).containsKey(one.key())) {
      throw new IllegalArgumentException(
          "window %d of %s %s is there twice; keep one row for each window and series"
              .formatted(window, one.service(), one.operation()));
    }
    put(one, window, sample);
  }

  /** One line; fields by the index of their column in {@link #COLUMNS}. */
  private record Row(List<String> fields, List<Integer> columns) {
    String text(int column) {
      int at = columns.get(column);
      if (at >= fields.size()) {
        throw new IllegalArgumentException(
            "expected %s in field %d, but there are only %d fields"
                .formatted(COLUMNS.get(column), at + 1, fields.size()));
      }
      return fields.get(at);
    }

    long whole(int column) {
      String text = text(column);
      try {
        long value = Long.parseLong(text);
        if (value >= 0) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Reported below, like a negative number.
      }
      throw new IllegalArgumentException(
          "%s must be a whole number of 0 or more, got '%s'".formatted(COLUMNS.get(column), text));
    }

    double number(int column) {
      String text = text(column);
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s must be a number when count is above 0, got '%s'"
                .formatted(COLUMNS.get(column), text),
            e);
      }
    }
  }

  /** Series by the name that the detector has for them. */
  public Map<String, Series> series() {
    return series;
  }

  /** Samples by window; windows without any row are missing. */
  public SortedMap<Long, Map<String, WindowSample>> windows() {
    return windows;
  }

  /** The first window. */
  public long firstWindow() {
    return windows.firstKey();
  }

  /** The last window. */
  public long lastWindow() {
    return windows.lastKey();
  }

  /** Number of windows from the first to the last, also those without spans. */
  public long length() {
    return lastWindow() - firstWindow() + 1;
  }
}
