package io.tracetide.standalone.evaluate;

import io.tracetide.standalone.evaluate.WindowTable.Series;
import io.tracetide.standalone.replay.CsvLine;
import io.tracetide.standalone.replay.MalformedRecordingException;
import io.tracetide.standalone.replay.Recording;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Known faults of recorded windows: a CSV with the columns {@code start_window, end_window,
 * service, operation} in any order; others are ignored. An empty operation is the service as a
 * whole.
 */
public final class FaultTable {
  /** No faults are known. */
  public static final FaultTable NONE = new FaultTable(List.of());

  /** An episode of a service and operation with a fault, that opened during the fault. */
  static final String REAL = "real";

  /** An episode of another series during a fault, or that began before it. */
  static final String ELSEWHERE = "elsewhere";

  /** An episode without any fault. */
  static final String FALSE = "false";

  private static final List<String> COLUMNS =
      List.of("start_window", "end_window", "service", "operation");

  /** Windows after the end of a fault in which an episode may still be its effect. */
  private static final int GRACE = 3;

  /**
   * A known fault.
   *
   * @param end first window after it
   * @param operation empty for the service as a whole
   */
  public record Fault(long start, long end, String service, String operation) {

    /** Whether the fault is of this series. */
    public boolean isOf(Series series) {
      return service.equals(series.service())
          && (operation.isEmpty() || operation.equals(series.operation()));
    }
  }

  private final List<Fault> faults;

  private FaultTable(List<Fault> faults) {
    this.faults = faults;
  }

  /**
   * Reads a file.
   *
   * @throws MalformedRecordingException with the invalid line and what is expected there
   */
  public static FaultTable read(Path file) throws IOException {
    List<Fault> faults = new ArrayList<>();
    try (BufferedReader reader = Recording.reader(file)) {
      String header = reader.readLine();
      List<String> names = header == null ? List.of() : CsvLine.split(header);
      if (!names.containsAll(COLUMNS)) {
        throw new MalformedRecordingException(
            file, 1, "the header must have " + String.join(",", COLUMNS));
      }
      List<Integer> columns = COLUMNS.stream().map(names::indexOf).toList();
      long number = 1;
      String line;
      while ((line = reader.readLine()) != null) {
        number++;
        if (!line.isEmpty()) {
          faults.add(fault(file, number, CsvLine.split(line), columns));
        }
      }
    }
    return new FaultTable(List.copyOf(faults));
  }

  private static Fault fault(Path file, long number, List<String> fields, List<Integer> columns)
      throws MalformedRecordingException {
    try {
      return new Fault(
          Long.parseLong(fields.get(columns.get(0))),
          Long.parseLong(fields.get(columns.get(1))),
          fields.get(columns.get(2)),
          fields.get(columns.get(3)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new MalformedRecordingException(
          file, number, "expected %s with whole numbers of windows".formatted(COLUMNS));
    }
  }

  /** The faults of a series. */
  public List<Fault> of(Series series) {
    return faults.stream().filter(fault -> fault.isOf(series)).toList();
  }

  /** Whether an episode is real; empty when no faults are known. */
  String truth(FoundEpisode episode) {
    if (faults.isEmpty()) {
      return "";
    }
    boolean touches = false;
    for (Fault fault : faults) {
      boolean opens = fault.start() <= episode.startWindow() && episode.startWindow() < fault.end();
      if (opens && fault.isOf(episode.series())) {
        return REAL;
      }
      touches |=
          episode.startWindow() < fault.end() + GRACE && episode.endWindow() >= fault.start();
    }
    return touches ? ELSEWHERE : FALSE;
  }
}
