package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.WindowStats;

/** The merge of the operations of one service, while its series are iterated. */
final class ServiceTotal {

  private final WindowStats merged = new WindowStats();
  private int operations;
  private int revision;

  void add(boolean latency, WindowStats stats) {
    if (latency) {
      operations++;
      merged.merge(stats);
    }
  }

  /** The same for an operation that was revised; the sum increases with each revision. */
  void add(boolean latency, WindowStats stats, int revisions) {
    add(latency, stats);
    if (latency) {
      revision += revisions;
    }
  }

  /** Whether any of the series counts spans. */
  boolean hasSpans() {
    return operations > 0;
  }

  /** Whether the total is that of the only operation. */
  boolean isOfOne() {
    return operations == 1;
  }

  WindowStats stats() {
    return merged;
  }

  int revision() {
    return revision;
  }
}
