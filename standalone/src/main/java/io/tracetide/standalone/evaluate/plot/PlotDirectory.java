package io.tracetide.standalone.evaluate.plot;

import io.tracetide.detection.evidence.EvidenceChannel;
import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.evaluate.Evaluation;
import io.tracetide.standalone.evaluate.ExpectedBands;
import io.tracetide.standalone.evaluate.FaultTable;
import io.tracetide.standalone.evaluate.FoundEpisode;
import io.tracetide.standalone.evaluate.WindowTable;
import io.tracetide.standalone.evaluate.WindowTable.Series;
import io.tracetide.standalone.evaluate.plot.Marks.Mark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Writes a picture for each of the worst series of an evaluation. */
public final class PlotDirectory {
  private static final int MOST_CHARACTERS = 80;
  private static final double MICROS_PER_MILLI = 1_000;

  private final Path directory;

  private PlotDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens a directory, which is created when it is missing.
   *
   * @throws EnvironmentException when it cannot be created, or contains something
   */
  public static PlotDirectory open(Path directory) {
    try {
      Files.createDirectories(directory);
      try (Stream<Path> files = Files.list(directory)) {
        if (files.findAny().isPresent()) {
          throw new EnvironmentException(
              "the directory %s for the plots is not empty: name a new one".formatted(directory));
        }
      }
    } catch (IOException e) {
      throw new EnvironmentException(
          "the directory %s for the plots cannot be created (%s)".formatted(directory, e), e);
    }
    return new PlotDirectory(directory);
  }

  /**
   * Writes the pictures, worst series first: those with the greatest deviations, then those with a
   * known fault that was not found, then the others by name.
   *
   * @param limit maximum number of pictures
   * @param dated whether windows are numbered from the epoch
   * @return number of pictures
   */
  public int write(
      Evaluation evaluation, ExpectedBands bands, FaultTable faults, int limit, boolean dated)
      throws IOException {
    WindowTable table = evaluation.table();
    TimeAxis axis = new TimeAxis(table.firstWindow(), table.length(), dated);
    List<Series> worst =
        table.series().values().stream()
            .sorted(
                Comparator.comparingDouble((Series one) -> -peak(evaluation, one))
                    .thenComparing(one -> faults.of(one).isEmpty())
                    .thenComparing(Series::service)
                    .thenComparing(Series::operation))
            .limit(limit)
            .toList();
    for (int i = 0; i < worst.size(); i++) {
      Series one = worst.get(i);
      SeriesPlot plot =
          new SeriesPlot(
              one.service() + " " + one.operation(),
              axis,
              panels(table, one, bands),
              marks(evaluation, faults, one, axis));
      Files.writeString(directory.resolve(name(i + 1, one)), plot.svg());
    }
    return worst.size();
  }

  private static double peak(Evaluation evaluation, Series series) {
    return evaluation.episodes().stream()
        .filter(episode -> episode.series().equals(series))
        .mapToDouble(FoundEpisode::peak)
        .max()
        .orElse(0);
  }

  private static List<Panel> panels(WindowTable table, Series series, ExpectedBands bands) {
    return List.of(
        panel(
            table,
            series,
            "latency",
            "latency, geometric mean, ms",
            sample ->
                sample.hasDurations()
                    ? Math.exp(sample.meanLogMicros()) / MICROS_PER_MILLI
                    : Double.NaN,
            milliseconds(bands.of(series, EvidenceChannel.LATENCY))),
        panel(
            table,
            series,
            "throughput",
            "spans in a window",
            WindowSample::traffic,
            bands.of(series, EvidenceChannel.THROUGHPUT)),
        panel(
            table,
            series,
            "errors",
            "share of failed spans",
            sample -> sample.count() == 0 ? Double.NaN : (double) sample.errors() / sample.count(),
            bands.of(series, EvidenceChannel.ERRORS)));
  }

  private static Panel panel(
      WindowTable table,
      Series series,
      String channel,
      String title,
      ToDoubleFunction<WindowSample> value,
      ExpectedBands.Track band) {
    double[] observed = new double[Math.toIntExact(table.length())];
    Arrays.fill(observed, value.applyAsDouble(WindowSample.EMPTY));
    for (Map.Entry<Long, Map<String, WindowSample>> window : table.windows().entrySet()) {
      WindowSample sample = window.getValue().getOrDefault(series.key(), WindowSample.EMPTY);
      observed[(int) (window.getKey() - table.firstWindow())] = value.applyAsDouble(sample);
    }
    boolean latency = channel.equals("latency");
    return new Panel(channel, title, latency, table.firstWindow(), observed, band);
  }

  private static ExpectedBands.Track milliseconds(ExpectedBands.Track micros) {
    return new ExpectedBands.Track(
        micros.first(),
        milliseconds(micros.lower()),
        milliseconds(micros.expected()),
        milliseconds(micros.upper()));
  }

  private static float[] milliseconds(float[] micros) {
    float[] scaled = micros.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] /= (float) MICROS_PER_MILLI;
    }
    return scaled;
  }

  private static Marks marks(
      Evaluation evaluation, FaultTable faults, Series series, TimeAxis axis) {
    List<Mark> episodes = new ArrayList<>();
    for (FoundEpisode episode : evaluation.episodes()) {
      if (episode.series().equals(series)) {
        String text =
            String.format(
                Locale.ROOT,
                "episode of %s, %s to %s, peak %.2f, confidence %.2f",
                episode.channel(),
                axis.label(episode.startWindow()),
                axis.label(episode.endWindow()),
                episode.peak(),
                episode.confidence());
        episodes.add(new Mark(episode.startWindow(), episode.endWindow(), episode.channel(), text));
      }
    }
    List<Mark> known =
        faults.of(series).stream()
            .map(
                fault ->
                    new Mark(
                        fault.start(),
                        fault.end() - 1,
                        "",
                        "known fault, %s to %s"
                            .formatted(axis.label(fault.start()), axis.label(fault.end() - 1))))
            .toList();
    return new Marks(episodes, known);
  }

  /** Rank and name; the rank makes it unique. */
  private static String name(int rank, Series series) {
    String plain =
        (series.service() + "-" + series.operation()).replaceAll("[^A-Za-z0-9._-]+", "_");
    String cut = plain.substring(0, Math.min(plain.length(), MOST_CHARACTERS));
    return String.format(Locale.ROOT, "%03d-%s.svg", rank, cut);
  }
}
