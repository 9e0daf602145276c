package io.tracetide.processor.anomaly;

import io.tracetide.schemas.Exemplars;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values of one window, stored as evidence of an episode.
 *
 * @param startMs start of the window
 * @param endMs end of the window
 * @param observed observed values, by feature
 * @param expected expected values, by feature
 * @param contributions share of each feature in the score
 * @param exemplars traces of the window
 */
public record Snapshot(
    long startMs,
    long endMs,
    Map<String, Double> observed,
    Map<String, Double> expected,
    Map<String, Double> contributions,
    Exemplars exemplars) {

  /** No values. */
  public static final Snapshot NONE =
      new Snapshot(
          Long.MIN_VALUE,
          Long.MIN_VALUE,
          Map.of(),
          Map.of(),
          Map.of(),
          new Exemplars(null, null, null));

  public Snapshot {
    observed = sorted(observed);
    expected = sorted(expected);
    contributions = sorted(contributions);
  }

  private static Map<String, Double> sorted(Map<String, Double> figures) {
    return Collections.unmodifiableMap(new TreeMap<>(figures));
  }

  /** Whether there are values. */
  public boolean isKnown() {
    return endMs != Long.MIN_VALUE;
  }
}
