package io.tracetide.standalone.evaluate;

import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.evidence.EvidenceReplay;
import io.tracetide.processor.incident.Call;
import io.tracetide.processor.window.SeriesId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.LongSupplier;

/** Runs the processor's detection by evidence over recorded windows. */
final class EvidenceRun {
  private static final String TENANT = "evaluation";

  private EvidenceRun() {}

  /** Runs over all windows. A window without any row is one without spans. */
  static Evaluation over(
      WindowTable table, List<Call> calls, DetectionConfig config, LongSupplier nanoTime) {
    EvidenceReplay replay = new EvidenceReplay(TENANT, config);
    calls.forEach(replay::addCall);
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
      long begun = nanoTime.getAsLong();
      replay.assess(window, samples);
      nanos += nanoTime.getAsLong() - begun;
    }
    long assessed = (windows.lastKey() - windows.firstKey() + 1) * ids.size();
    List<FoundEpisode> found =
        replay.episodes().stream()
            .map(episode -> FoundEpisode.of(episode, replay.incident(episode.anomalyId())))
            .toList();
    return new Evaluation(table, found, assessed, nanos);
  }
}
