package io.tracetide.processor.detection;

import io.tracetide.detection.EngineSettings;
import io.tracetide.detection.OutlierEngine;
import io.tracetide.detection.OutlierEngines;
import io.tracetide.processor.window.SeriesId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Scores the candidates of a window. */
final class WindowScoring {

  /*
   * score = model score x log1p(greatest robust deviation)
   *
   * An outlier model alone is about chance on windows of traces: rare windows are not always bad
   * ones. A robust deviation alone misses windows with unusual combinations of features, and opens
   * too many episodes on series with a high variance. The product requires both.
   *
   * A model score is below 1, so a deviation below leastDeviation cannot open an episode, and no
   * model is used for it. Models are fitted on demand, for at most forestsPerWindow series in a
   * window, those with the greatest deviation first: 32 x 15 ms in the worst window. The training
   * rows depend on the epoch of the series alone (refitEvery windows, staggered by a hash of the
   * series), not on when the model is fitted. Series beyond the limit, young series and series with
   * little traffic are scored by the band: their deviation is multiplied by BAND_FACTOR, the score
   * of a forest for a typical anomaly.
   */
  private static final double BAND_FACTOR = 0.55;

  private final DetectionConfig config;
  private final ModelCache models;

  WindowScoring(DetectionConfig config) {
    this.config = config;
    EngineSettings settings = new EngineSettings(config.trees(), config.subsample());
    OutlierEngine engine =
        OutlierEngines.named(config.isOutlierEngine() ? config.engine() : OutlierEngines.DEFAULT);
    this.models = new ModelCache(engine, settings, config.forestsInMemory());
  }

  /** Scores of the candidates, in their order; 0 for a deviation that is too small. */
  double[] score(List<Candidate> candidates) {
    double[] scores = new double[candidates.size()];
    List<Integer> deviating = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      if (candidates.get(i).evidence() >= config.leastDeviation()) {
        deviating.add(i);
      }
    }
    deviating.sort(Comparator.comparingDouble(i -> -candidates.get(i).evidence()));
    int used = 0;
    for (int i : deviating) {
      Candidate candidate = candidates.get(i);
      boolean useModel = used < config.forestsPerWindow() && hasModel(candidate);
      used += useModel ? 1 : 0;
      double factor = useModel ? modelScore(candidate) : BAND_FACTOR;
      scores[i] = factor * Math.log1p(candidate.evidence());
    }
    return scores;
  }

  private boolean hasModel(Candidate candidate) {
    return candidate.usualCount() >= config.leastSpansForForest()
        && trainingRows(candidate).length >= config.bandWindows();
  }

  private double modelScore(Candidate candidate) {
    SeriesId id = candidate.series().id;
    int start = epochStart(candidate);
    FeatureRow row = candidate.row();
    long seed = config.seed() + 31L * hash(id) + start;
    return models
        .get(id, start, seed, () -> trainingRows(candidate))
        .score(SeriesHistory.point(row.logP95(), row.logCount(), row.errorRate()));
  }

  private double[][] trainingRows(Candidate candidate) {
    return candidate.series().past.trainingRows(epochStart(candidate), config.trainWindows());
  }

  /** Drops the model of a series whose training rows, from a window on, have changed. */
  void rowsChanged(Candidate candidate, int fromWindow) {
    if (fromWindow < epochStart(candidate)) {
      forget(candidate.series().id);
    }
  }

  void forget(SeriesId id) {
    models.forget(id);
  }

  /** First window of the current epoch of a candidate, that of its newest window. */
  private int epochStart(Candidate candidate) {
    SeriesHistory past = candidate.series().past;
    int window = past.isEmpty() ? candidate.window() : Math.max(candidate.window(), past.newest());
    return window - Math.floorMod(window + hash(candidate.series().id), config.refitEvery());
  }

  /** Hash of the names, the same in every process. */
  private static int hash(SeriesId id) {
    return Objects.hash(id.tenant(), id.service(), id.operation(), id.metric()) >>> 1;
  }
}
