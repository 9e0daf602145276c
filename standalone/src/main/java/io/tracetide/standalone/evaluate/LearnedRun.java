package io.tracetide.standalone.evaluate;

import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.detection.WindowFeatures;
import io.tracetide.processor.detection.WindowReplay;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.standalone.evaluate.WindowTable.Series;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/** Runs the learned detector of the processor over recorded windows. */
final class LearnedRun {
  private static final String TENANT = "evaluation";

  private LearnedRun() {}

  /** Runs over all windows. A window without any row is one without spans. */
  static Evaluation over(WindowTable table, EvaluationRun run) {
    WindowReplay replay = new WindowReplay(run.detection());
    Map<String, SeriesId> ids = new HashMap<>();
    table.series().forEach((key, one) -> ids.put(key, id(one)));
    SortedMap<Long, Map<String, WindowSample>> windows = table.windows();
    long nanos = 0;
    for (long window = windows.firstKey(); window <= windows.lastKey(); window++) {
      Map<SeriesId, WindowFeatures> features = new HashMap<>();
      windows
          .getOrDefault(window, Map.of())
          .forEach((key, sample) -> features.put(Objects.requireNonNull(ids.get(key)), of(sample)));
      long begun = run.nanoTime().getAsLong();
      replay.evaluate(window, features);
      nanos += run.nanoTime().getAsLong() - begun;
      run.progress().accept(window - windows.firstKey() + 1);
    }
    long evaluated = table.length() * ids.size();
    List<FoundEpisode> found =
        replay.episodes().stream().map(episode -> FoundEpisode.of(episode, null)).toList();
    return new Evaluation(table, found, evaluated, nanos);
  }

  private static SeriesId id(Series series) {
    return SeriesId.ofOperation(TENANT, series.service(), series.operation());
  }

  private static WindowFeatures of(WindowSample sample) {
    if (sample.count() == 0) {
      return WindowFeatures.SILENT;
    }
    double errorRate = (double) sample.errors() / sample.count();
    return new WindowFeatures(sample.count(), sample.count(), errorRate, sample.p95Micros());
  }
}
