package io.tracetide.standalone.evaluate;

import io.tracetide.standalone.replay.CsvLine;
import io.tracetide.standalone.replay.MalformedRecordingException;
import io.tracetide.standalone.replay.Recording;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far the calibrated confidence of episodes is from the share of them that is real: a table of
 * ten bins, and the expected calibration error, the mean over the episodes of the distance in their
 * bin (Guo et al., ICML 2017).
 *
 * <p>Episodes that are real are compared with those without any fault. Episodes elsewhere during a
 * fault, such as those of callers, are counted beside them.
 */
public final class Reliability {
  private static final int BINS = 10;
  private static final double THRESHOLD = 0.8;

  /** A calibrated episode. */
  private record Judged(double opening, double confidence, String truth) {}

  private final List<Judged> judged = new ArrayList<>();

  /**
   * Adds the episodes of a file that was written with known faults.
   *
   * @param from first window of the episodes that count
   * @throws MalformedRecordingException with the invalid line and what is expected there
   */
  public void add(Path episodes, long from) throws IOException {
    try (BufferedReader reader = Recording.reader(episodes)) {
      String header = reader.readLine();
      if (header == null || !Evaluation.HEADER.strip().equals(header)) {
        throw new MalformedRecordingException(episodes, 1, "expected " + Evaluation.HEADER.strip());
      }
      long number = 1;
      String line;
      while ((line = reader.readLine()) != null) {
        number++;
        add(episodes, number, CsvLine.split(line), from);
      }
    }
  }

  private void add(Path file, long number, List<String> fields, long from)
      throws MalformedRecordingException {
    try {
      boolean counts =
          Long.parseLong(fields.get(3)) >= from && fields.get(8).equals(FoundEpisode.CALIBRATED);
      if (counts && !fields.get(9).isEmpty()) {
        judged.add(
            new Judged(
                Double.parseDouble(fields.get(6)),
                Double.parseDouble(fields.get(7)),
                fields.get(9)));
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new MalformedRecordingException(file, number, "expected an episode");
    }
  }

  /** The table and the errors, in Markdown. */
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append("| confidence | real | false | mean confidence | share real | elsewhere |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (int bin = 0; bin < BINS; bin++) {
      row(text, bin);
    }
    text.append('\n');
    line(text, "expected calibration error", error(false));
    line(text, "the same at the opening", error(true));
    line(text, "real, of those from 0.8 on", precision(false));
    line(text, "real, with those elsewhere as not real", precision(true));
    return text.toString();
  }

  private void row(StringBuilder text, int bin) {
    double sum = 0;
    int real = 0;
    int unreal = 0;
    int elsewhere = 0;
    for (Judged one : judged) {
      if (bin(one.confidence()) == bin) {
        boolean other = one.truth().equals(FaultTable.ELSEWHERE);
        elsewhere += other ? 1 : 0;
        sum += other ? 0 : one.confidence();
        real += one.truth().equals(FaultTable.REAL) ? 1 : 0;
        unreal += one.truth().equals(FaultTable.FALSE) ? 1 : 0;
      }
    }
    int all = real + unreal;
    text.append(
        String.format(
            Locale.ROOT,
            "| %.1f to %.1f | %d | %d | %s | %s | %d |\n",
            (double) bin / BINS,
            (bin + 1.0) / BINS,
            real,
            unreal,
            all == 0 ? "" : String.format(Locale.ROOT, "%.2f", sum / all),
            all == 0 ? "" : String.format(Locale.ROOT, "%.2f", (double) real / all),
            elsewhere));
  }

  /** Expected calibration error, 0 to 1; NaN without episodes. */
  double error(boolean atOpening) {
    double[] excess = new double[BINS];
    int all = 0;
    for (Judged one : judged) {
      if (!one.truth().equals(FaultTable.ELSEWHERE)) {
        double confidence = atOpening ? one.opening() : one.confidence();
        excess[bin(confidence)] += confidence - (one.truth().equals(FaultTable.REAL) ? 1 : 0);
        all++;
      }
    }
    double sum = 0;
    for (double one : excess) {
      sum += Math.abs(one);
    }
    return sum / all;
  }

  /** Share of the episodes from 0.8 on that is real; NaN without episodes. */
  double precision(boolean elsewhereIsFalse) {
    int real = 0;
    int all = 0;
    for (Judged one : judged) {
      boolean counts = elsewhereIsFalse || !one.truth().equals(FaultTable.ELSEWHERE);
      if (counts && one.confidence() >= THRESHOLD) {
        real += one.truth().equals(FaultTable.REAL) ? 1 : 0;
        all++;
      }
    }
    return (double) real / all;
  }

  private static int bin(double confidence) {
    return (int) Math.min(BINS - 1, Math.floor(confidence * BINS));
  }

  private static void line(StringBuilder text, String name, double value) {
    text.append(String.format(Locale.ROOT, "%s: %.3f%n", name, value));
  }
}
