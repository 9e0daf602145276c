package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.SeriesAssessment;
import java.util.List;

/** Receives what detection by evidence finds in each window, for example to draw the bands. */
@FunctionalInterface
public interface AssessmentListener {

  /** Ignores everything. */
  AssessmentListener NONE = (window, assessments) -> {};

  /** The assessments of a window, one for each series that was assessed. */
  void assessed(long window, List<SeriesAssessment> assessments);

  /** Anomalies that other detectors found before the window that is assessed next. */
  default void reported(SampleBatch report) {}

  /** All anomalies of the window have been published. */
  default void completed() {}
}
