package io.tracetide.standalone.evaluate.nab;

import io.tracetide.standalone.replay.CsvLine;
import io.tracetide.standalone.replay.MalformedRecordingException;
import io.tracetide.standalone.replay.Recording;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of the benchmark.
 *
 * @param name path below the folder of the data, {@code category/file.csv}
 * @param times time of each value
 * @param values the values
 * @param anomalies labelled windows, in the order of time
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record NabSeries(
    String name, List<LocalDateTime> times, double[] values, List<AnomalyWindow> anomalies) {

  /**
   * Values that are labelled as an anomaly.
   *
   * @param first index of the first one
   * @param last index of the last one
   */
  record AnomalyWindow(int first, int last) {}

  /** Share of a file at its beginning that is not scored. */
  private static final double PROBATION = 0.15;

  /** Values of a file for which probation ends to grow. */
  private static final int PROBATION_OF = 5_000;

  /**
   * Reads a file.
   *
   * @param labels beginning and end of each labelled window
   * @throws MalformedRecordingException with the invalid line and what is expected there
   */
  static NabSeries read(Path file, String name, List<List<LocalDateTime>> labels)
      throws IOException {
    List<LocalDateTime> times = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    try (BufferedReader reader = Recording.reader(file)) {
      String header = reader.readLine();
      if (header == null || !CsvLine.split(header).equals(List.of("timestamp", "value"))) {
        throw new MalformedRecordingException(file, 1, "expected the header timestamp,value");
      }
      String line;
      for (long number = 2; (line = reader.readLine()) != null; number++) {
        List<String> fields = CsvLine.split(line);
        try {
          times.add(time(fields.get(0)));
          values.add(Double.parseDouble(fields.get(1)));
        } catch (DateTimeParseException | NumberFormatException | IndexOutOfBoundsException e) {
          throw new MalformedRecordingException(
              file, number, "expected yyyy-MM-dd HH:mm:ss and a number, got '" + line + "'");
        }
      }
    }
    List<AnomalyWindow> anomalies = new ArrayList<>();
    for (List<LocalDateTime> label : labels) {
      int first = times.indexOf(label.get(0));
      int last = times.indexOf(label.get(1));
      if (first < 0 || last < first) {
        throw new MalformedRecordingException(
            file,
            1,
            "the labels name a window from %s to %s, which has no values here"
                .formatted(label.get(0), label.get(1)));
      }
      anomalies.add(new AnomalyWindow(first, last));
    }
    double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
    return new NabSeries(name, times, array, anomalies);
  }

  /** A time of the benchmark; fractions of seconds are ignored. */
  static LocalDateTime time(@Nullable String text) {
    String full = text == null ? "" : text;
    return LocalDateTime.parse(full.replace(' ', 'T').substring(0, Math.min(19, full.length())));
  }

  int size() {
    return values.length;
  }

  /** Values at the beginning that are not scored. */
  int probation() {
    return (int) Math.min(Math.floor(PROBATION * size()), PROBATION * PROBATION_OF);
  }

  /** Time of day of a value in hours. */
  double hour(int i) {
    return times.get(i).toLocalTime().toSecondOfDay() / 3_600.0;
  }
}
