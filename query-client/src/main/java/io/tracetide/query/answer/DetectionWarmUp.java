package io.tracetide.query.answer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/detection}: the warm-up of the detectors.
 *
 * @param confidence calibration of the confidence, by tenant and kind
 * @param total number of series that match, also those beyond the limit
 * @param learning those without enough windows for any anomaly
 * @param warmingUp those of which only large deviations are found
 * @param series those with the fewest windows first, relative to what they need
 */
public record DetectionWarmUp(
    boolean partial,
    List<String> missing,
    List<Confidence> confidence,
    int total,
    int learning,
    int warmingUp,
    List<Series> series)
    implements QueryAnswer {
  public DetectionWarmUp {
    missing = Values.list(missing);
    confidence = Values.list(confidence);
    series = Values.list(series);
  }

  /**
   * The calibration of a tenant for anomalies of one kind.
   *
   * @param basis {@code calibrated} when confidences are probabilities, else {@code rank}
   * @param progressPercent share of the deviations and injected shifts that are needed
   */
  public record Confidence(String tenant, String kind, String basis, double progressPercent) {}

  /**
   * How much a detector knows of an operation or metric.
   *
   * @param metric null for spans
   * @param state {@code learning}, {@code warming_up} or {@code ready}
   * @param windows windows that were evaluated
   * @param windowsLeft windows until the warm-up ends
   * @param windowMs length of the windows
   * @param readyInMs time until the warm-up ends, if each window has spans or samples
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
