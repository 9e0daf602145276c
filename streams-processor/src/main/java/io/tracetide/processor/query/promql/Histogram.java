package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.window.WindowStats;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Distributions of one series by step, which are merged from windows when they are read.
 *
 * @param labels without {@code le}
 * @param parts distributions whose sum this is
 */
record Histogram(Labels labels, List<Part> parts) {
  Histogram {
    parts = List.copyOf(parts);
  }

  /** Distributions of one series of the source. */
  interface Part {
    /**
     * Adds the distribution of a step, in microseconds.
     *
     * @return false when the series is absent at this step
     */
    boolean addTo(int step, WindowStats into);
  }

  /** The distribution of a step; null when the series is absent. */
  @Nullable WindowStats at(int step) {
    WindowStats sum = new WindowStats();
    boolean present = false;
    for (Part part : parts) {
      present |= part.addTo(step, sum);
    }
    return present ? sum : null;
  }

  Histogram with(Labels others) {
    return new Histogram(others, parts);
  }

  Histogram plus(Histogram other) {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(other.parts);
    return new Histogram(labels, all);
  }
}
