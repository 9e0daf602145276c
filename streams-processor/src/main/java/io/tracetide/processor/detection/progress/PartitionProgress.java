package io.tracetide.processor.detection.progress;

import java.util.List;

/** Progress of the detectors of one partition. */
public record PartitionProgress(
    List<SeriesProgress> series, List<CalibrationProgress> calibrations) {
  public static final PartitionProgress NONE = new PartitionProgress(List.of(), List.of());

  public PartitionProgress {
    series = List.copyOf(series);
    calibrations = List.copyOf(calibrations);
  }
}
