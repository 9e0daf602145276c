package io.tracetide.processor.anomaly;

import io.tracetide.schemas.Exemplars;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one window showed, kept as evidence.
 *
 * @param startMs start of the window
 * @param endMs end of the window
 * @param observed what was seen, by feature
 * @param expected what was expected
 * @param contributions share of each feature
 * @param exemplars traces of the window
 */
public record Snapshot(
    long startMs,
    long endMs,
    Map<String, Double> observed,
    Map<String, Double> expected,
    Map<String, Double> contributions,
    Exemplars exemplars) {

  /** Stands for a window that nothing is kept of. */
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

  /** Whether anything is kept. */
  public boolean isKnown() {
    return endMs != Long.MIN_VALUE;
  }
}
