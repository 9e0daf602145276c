package io.tracetide.standalone.evaluate;

import io.tracetide.detection.evidence.EvidenceChannel;
import io.tracetide.detection.evidence.EvidenceDetector;
import io.tracetide.detection.evidence.EvidenceEpisode;
import io.tracetide.detection.evidence.EvidenceSettings;
import io.tracetide.detection.evidence.SeriesAssessment;
import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.standalone.evaluate.WindowTable.Series;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The episodes that the evidence detector finds in recorded windows. */
public final class Evaluation {
  private static final String HEADER =
      "service,operation,start_window,end_window,peak,channel,direction\n";

  private record Found(Series series, EvidenceEpisode episode) {}

  private final WindowTable table;
  private final List<Found> found = new ArrayList<>();
  private long assessed;
  private long nanos;

  private Evaluation(WindowTable table) {
    this.table = table;
  }

  /**
   * Runs the detector over all windows. A window without any row is one without spans.
   *
   * @param nanoTime a clock in nanoseconds, for the time that the detector takes
   */
  public static Evaluation run(
      WindowTable table, EvidenceSettings settings, LongSupplier nanoTime) {
    Evaluation evaluation = new Evaluation(table);
    EvidenceDetector detector = new EvidenceDetector(settings);
    SortedMap<Long, Map<String, WindowSample>> windows = table.windows();
    Map<String, Found> open = new TreeMap<>();
    for (long window = windows.firstKey(); window <= windows.lastKey(); window++) {
      long begun = nanoTime.getAsLong();
      List<SeriesAssessment> assessments =
          detector.assess(window, windows.getOrDefault(window, Map.of()));
      evaluation.nanos += nanoTime.getAsLong() - begun;
      evaluation.assessed += assessments.size();
      for (SeriesAssessment assessment : assessments) {
        assessment.episode().ifPresent(e -> evaluation.keep(assessment.series(), e, open));
      }
    }
    evaluation.found.addAll(open.values());
    evaluation.found.sort(
        (a, b) -> Long.compare(a.episode().startWindow(), b.episode().startWindow()));
    return evaluation;
  }

  private void keep(String name, EvidenceEpisode episode, Map<String, Found> open) {
    Found one = new Found(Objects.requireNonNull(table.series().get(name)), episode);
    if (episode.open()) {
      open.put(name, one);
    } else {
      open.remove(name);
      found.add(one);
    }
  }

  /** Writes the episodes as CSV, in the order of their beginnings. */
  public void write(Writer out) throws IOException {
    out.write(HEADER);
    for (Found one : found) {
      EvidenceEpisode episode = one.episode();
      out.write(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,%d,%.3f,%s,%s\n",
              quoted(one.series().service()),
              quoted(one.series().operation()),
              episode.startWindow(),
              episode.endWindow(),
              episode.peak(),
              lower(episode.channel()),
              lower(episode.direction())));
    }
  }

  /** A summary in Markdown. */
  public String summary() {
    StringBuilder text = new StringBuilder("| | |\n|---|---|\n");
    row(text, "series", table.series().size());
    row(text, "windows", table.windows().lastKey() - table.windows().firstKey() + 1);
    row(text, "episodes", found.size());
    for (EvidenceChannel channel : EvidenceChannel.values()) {
      long of = found.stream().filter(one -> one.episode().channel() == channel).count();
      row(text, "episodes of " + lower(channel), of);
    }
    row(
        text,
        "time per series-window",
        String.format(Locale.ROOT, "%.1f us", nanos / 1e3 / Math.max(1, assessed)));
    return text.toString();
  }

  private static void row(StringBuilder text, String name, Object value) {
    text.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
