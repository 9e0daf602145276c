package io.tracetide.detection.gauge;

import io.tracetide.detection.Direction;
import java.util.List;

/**
 * How unusual the value of a window is.
 *
 * @param window number of the window
 * @param warmingUp whether there are too few values for evidence
 * @param evidence how rare the value is, at least 0: the sum of two logarithms of base 10, each of
 *     the share of earlier values that were at least as unusual
 * @param score from 0 to 1; 0.5 at the threshold. 0 when the evidence is not above that of all
 *     values within the refractory time
 * @param observed the value; NaN when there is none
 * @param expected value that is usual for the time of day and the recent values
 * @param low least value that is within three scales of the expected one
 * @param high greatest value that is within three scales of the expected one
 * @param contributions parts of the evidence, for a value that opens an episode; else empty
 */
public record GaugeAssessment(
    long window,
    boolean warmingUp,
    double evidence,
    double score,
    double observed,
    double expected,
    double low,
    double high,
    List<GaugeContribution> contributions) {

  public GaugeAssessment {
    contributions = List.copyOf(contributions);
  }

  /** Whether the value opens an episode. */
  public boolean opens() {
    return score >= 0.5;
  }

  /** To which side of the expected value the observed one is. */
  public Direction direction() {
    return observed < expected ? Direction.DOWN : Direction.UP;
  }
}
