package io.tracetide.standalone.evaluate;

import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.detection.evidence.AssessmentListener;
import io.tracetide.processor.detection.evidence.EvidenceReplay;
import io.tracetide.processor.window.SeriesId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/** Runs the processor's detection by evidence over recorded windows. */
final class EvidenceRun {
  private static final String TENANT = "evaluation";

  private EvidenceRun() {}

  /** Runs over all windows. A window without any row is one without spans. */
  static Evaluation over(WindowTable table, EvaluationRun run) {
    AssessmentListener listener =
        run.bands().<AssessmentListener>map(bands -> bands).orElse(AssessmentListener.NONE);
    EvidenceReplay replay = new EvidenceReplay(TENANT, run.detection(), listener);
    run.calls().forEach(replay::addCall);
    Map<String, SeriesId> ids = new HashMap<>();
    table
        .series()
        .forEach(
            (key, one) ->
                ids.put(key, SeriesId.ofOperation(TENANT, one.service(), one.operation())));
    SortedMap<Long, Map<String, WindowSample>> windows = table.windows();
    long nanos = 0;
    for (long window = windows.firstKey(); window <= windows.lastKey(); window++) {
      Map<SeriesId, WindowSample> samples = new HashMap<>();
      windows
          .getOrDefault(window, Map.of())
          .forEach(
              (key, sample) -> {
                if (sample.count() > 0) {
                  samples.put(Objects.requireNonNull(ids.get(key)), sample);
                }
              });
      long begun = run.nanoTime().getAsLong();
      replay.assess(window, samples);
      nanos += run.nanoTime().getAsLong() - begun;
      run.progress().accept(window - windows.firstKey() + 1);
    }
    long assessed = table.length() * ids.size();
    List<FoundEpisode> found =
        replay.episodes().stream()
            .map(episode -> FoundEpisode.of(episode, replay.incident(episode.anomalyId())))
            .toList();
    return new Evaluation(table, found, assessed, nanos);
  }
}
