package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.WindowStats;

/** The merge of the operations of one service, while its series are iterated. */
final class ServiceTotal {

  private final WindowStats merged = new WindowStats();
  private boolean hasSpans;

  void add(boolean latency, WindowStats stats) {
    if (latency) {
      hasSpans = true;
      merged.merge(stats);
    }
  }

  /** Whether any of the series counts spans. */
  boolean hasSpans() {
    return hasSpans;
  }

  WindowStats stats() {
    return merged;
  }
}
