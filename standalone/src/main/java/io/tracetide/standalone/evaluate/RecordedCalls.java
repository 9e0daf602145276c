package io.tracetide.standalone.evaluate;

import io.tracetide.processor.incident.Call;
import io.tracetide.processor.incident.TracedOperation;
import io.tracetide.standalone.replay.CsvLine;
import io.tracetide.standalone.replay.MalformedRecordingException;
import io.tracetide.standalone.replay.Recording;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Calls between operations: a CSV with the columns of {@link #COLUMNS} in any order. */
public final class RecordedCalls {
  private static final List<String> COLUMNS =
      List.of("caller_service", "caller_operation", "callee_service", "callee_operation");

  private RecordedCalls() {}

  /**
   * Reads a file, which may be compressed with gzip.
   *
   * @throws MalformedRecordingException with the invalid line and what is expected there
   */
  public static List<Call> read(Path file) throws IOException {
    List<Call> calls = new ArrayList<>();
    try (BufferedReader reader = Recording.reader(file)) {
      List<Integer> columns = CsvHeader.find(COLUMNS, file, reader.readLine());
      long number = 1;
      String line;
      while ((line = reader.readLine()) != null) {
        number++;
        if (!line.isEmpty()) {
          calls.add(call(file, number, CsvLine.split(line), columns));
        }
      }
    }
    return calls;
  }

  private static Call call(Path file, long line, List<String> fields, List<Integer> columns)
      throws MalformedRecordingException {
    List<String> values = new ArrayList<>();
    for (int at : columns) {
      if (at >= fields.size() || fields.get(at).isBlank()) {
        throw new MalformedRecordingException(
            file, line, "expected " + String.join(",", COLUMNS) + ", each not empty");
      }
      values.add(fields.get(at));
    }
    return new Call(
        new TracedOperation(values.get(0), values.get(1)),
        new TracedOperation(values.get(2), values.get(3)));
  }
}
