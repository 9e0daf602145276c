package io.tracetide.standalone.evaluate.nab;

import io.tracetide.detection.gauge.GaugeSettings;
import io.tracetide.detection.gauge.Refractory;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Scores of detectors on the benchmark. */
public final class NabEvaluation {
  private static final String HEADER =
      "| detector | score | threshold | hit windows | false alarms | without refractory rule | time"
          + " per value |\n"
          + "|---|---|---|---|---|---|---|\n";

  /** As in the files of the benchmark, with the seconds also when they are zero. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final List<NabSeries> files;
  private final @Nullable Path out;
  private final LongSupplier nanoTime;

  /**
   * Reads the benchmark.
   *
   * @param directory a directory with {@code data} and {@code labels/combined_windows.json}
   * @param out directory for the scores of each value; null for none
   * @param nanoTime a clock in nanoseconds, for the time that a detector takes
   */
  public NabEvaluation(Path directory, @Nullable Path out, LongSupplier nanoTime)
      throws IOException {
    this.files = NabCorpus.read(directory);
    this.out = out;
    this.nanoTime = nanoTime;
  }

  /** Runs detectors over all files, and returns a table of their scores in Markdown. */
  public String run(List<NabDetectors> detectors) throws IOException {
    StringBuilder table = new StringBuilder(HEADER);
    for (NabDetectors detector : detectors) {
      table.append(row(detector));
    }
    return table.toString();
  }

  private String row(NabDetectors detector) throws IOException {
    List<double[]> raw = new ArrayList<>();
    List<double[]> passed = new ArrayList<>();
    long nanos = 0;
    long values = 0;
    for (NabSeries file : files) {
      long begun = nanoTime.getAsLong();
      double[] evidence = detector.evidence(file);
      nanos += nanoTime.getAsLong() - begun;
      values += file.size();
      raw.add(evidence);
      double[] scores = refractory(evidence);
      passed.add(scores);
      write(detector, file, scores);
    }
    NabScore score = NabScore.of(files, passed);
    return String.format(
        Locale.ROOT,
        "| %s | %.1f | %.3g | %d of %d | %d | %.1f | %.0f us |\n",
        detector.option(),
        score.score(),
        score.threshold(),
        score.hits(),
        score.windows(),
        score.falseAlarms(),
        NabScore.of(files, raw).score(),
        nanos / 1e3 / values);
  }

  private static double[] refractory(double[] evidence) {
    Refractory refractory = new Refractory(GaugeSettings.defaults().refractory());
    double[] passed = new double[evidence.length];
    for (int i = 0; i < passed.length; i++) {
      passed[i] = refractory.pass(evidence[i]);
    }
    return passed;
  }

  /** Writes a file of results in the form of the benchmark, with scores from 0 to 1. */
  private void write(NabDetectors detector, NabSeries file, double[] evidence) throws IOException {
    if (out == null) {
      return;
    }
    Path target = out.resolve(detector.option()).resolve(file.name());
    Files.createDirectories(target.getParent());
    try (Writer writer = Files.newBufferedWriter(target)) {
      writer.write("timestamp,value,anomaly_score\n");
      for (int i = 0; i < evidence.length; i++) {
        double score = evidence[i] / (evidence[i] + 1);
        writer.write(
            "%s,%s,%s\n".formatted(TIME.format(file.times().get(i)), file.values()[i], score));
      }
    }
  }
}
