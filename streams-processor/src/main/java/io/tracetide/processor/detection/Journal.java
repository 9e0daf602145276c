package io.tracetide.processor.detection;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.window.SeriesId;

/** Takes down what a detector must not lose, and what it has to say. */
public interface Journal {

  /** A window of a series, to be read back by {@link AnomalyDetector#restore}. */
  void row(SeriesId series, long startMs, FeatureRow row);

  /** Where the series stands now. */
  void episode(SeriesId series, Episode episode);

  /** Something to tell. */
  void finding(Finding finding);
}
