package io.tracetide.standalone.evaluate;

import io.tracetide.detection.evidence.EvidenceDetector;
import io.tracetide.detection.evidence.EvidenceEpisode;
import io.tracetide.detection.evidence.EvidenceSettings;
import io.tracetide.detection.evidence.SeriesAssessment;
import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.standalone.evaluate.WindowTable.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** Runs the evidence detector over recorded windows. */
final class EvidenceRun {
  private final WindowTable table;
  private final List<FoundEpisode> found = new ArrayList<>();
  private final Map<String, EvidenceEpisode> open = new TreeMap<>();

  private EvidenceRun(WindowTable table) {
    this.table = table;
  }

  /** Runs over all windows. A window without any row is one without spans. */
  static Evaluation over(WindowTable table, EvidenceSettings settings, LongSupplier nanoTime) {
    EvidenceRun run = new EvidenceRun(table);
    EvidenceDetector detector = new EvidenceDetector(settings);
    SortedMap<Long, Map<String, WindowSample>> windows = table.windows();
    long assessed = 0;
    long nanos = 0;
    for (long window = windows.firstKey(); window <= windows.lastKey(); window++) {
      long begun = nanoTime.getAsLong();
      List<SeriesAssessment> assessments =
          detector.assess(window, windows.getOrDefault(window, Map.of()));
      nanos += nanoTime.getAsLong() - begun;
      assessed += assessments.size();
      for (SeriesAssessment assessment : assessments) {
        assessment.episode().ifPresent(e -> run.keep(assessment.series(), e));
      }
    }
    run.open.forEach((name, episode) -> run.found.add(run.found(name, episode)));
    return new Evaluation(table, run.found, assessed, nanos);
  }

  private void keep(String name, EvidenceEpisode episode) {
    if (episode.open()) {
      open.put(name, episode);
    } else {
      open.remove(name);
      found.add(found(name, episode));
    }
  }

  private FoundEpisode found(String name, EvidenceEpisode episode) {
    Series series = Objects.requireNonNull(table.series().get(name));
    return new FoundEpisode(
        series,
        episode.startWindow(),
        episode.endWindow(),
        episode.peak(),
        episode.channel().name().toLowerCase(Locale.ROOT),
        episode.direction().name().toLowerCase(Locale.ROOT));
  }
}
