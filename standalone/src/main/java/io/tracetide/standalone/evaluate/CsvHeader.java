package io.tracetide.standalone.evaluate;

import io.tracetide.standalone.replay.CsvLine;
import io.tracetide.standalone.replay.MalformedRecordingException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first line of a CSV. */
final class CsvHeader {

  private CsvHeader() {}

  /**
   * Where each of the columns is.
   *
   * @param header the line; null when the file is empty
   * @throws MalformedRecordingException when a column is missing, with its name
   */
  static List<Integer> find(List<String> columns, Path file, @Nullable String header)
      throws MalformedRecordingException {
    List<String> names = header == null ? List.of() : CsvLine.split(header);
    List<String> missing = columns.stream().filter(name -> !names.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw new MalformedRecordingException(
          file,
          1,
          "the header has no column %s; it must have %s"
              .formatted(String.join(", ", missing), String.join(",", columns)));
    }
    return columns.stream().map(names::indexOf).toList();
  }
}
