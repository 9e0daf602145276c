package io.tracetide.processor.query.detection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/detection}.
 *
 * @param missing hosts that were not read
 * @param confidence calibration of the confidence, by tenant and kind
 * @param total number of series that match, also those beyond the limit
 * @param learning those without enough windows for any anomaly
 * @param warmingUp those of which only large deviations are found
 * @param series those with the fewest windows first, relative to what they need
 */
public record DetectionAnswer(
    boolean partial,
    List<String> missing,
    List<Confidence> confidence,
    int total,
    int learning,
    int warmingUp,
    List<Series> series) {
  public DetectionAnswer {
    missing = List.copyOf(missing);
    confidence = List.copyOf(confidence);
    series = List.copyOf(series);
  }

  /**
   * How far the calibration of a tenant is, for anomalies of one kind.
   *
   * @param basis {@code calibrated} when confidences are probabilities, else {@code rank}
   * @param progressPercent share of the deviations and injected shifts that are needed
   */
  public record Confidence(String tenant, String kind, String basis, double progressPercent) {}

  /**
   * How much a detector knows of a series.
   *
   * @param metric null for the spans of an operation
   * @param windows windows that were evaluated; of gauges at most 240
   * @param windowsLeft windows until the warm-up ends
   * @param readyInMs the same as time, if each window has spans or samples
   */
  public record Series(
      String tenant,
      String service,
      String operation,
      @Nullable String metric,
      String engine,
      String state,
      long windows,
      long windowsLeft,
      double progressPercent,
      long windowMs,
      long readyInMs) {}
}
