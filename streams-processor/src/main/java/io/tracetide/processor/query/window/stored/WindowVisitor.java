package io.tracetide.processor.query.window.stored;

import io.tracetide.processor.window.SeriesId;

/** Receives one series in one window. */
@FunctionalInterface
interface WindowVisitor {

  /**
   * A window.
   *
   * @param row contains the counts in {@code countsLength} bytes from {@code countsStart} on
   */
  void visit(SeriesId series, long startMs, byte[] row, int countsStart, int countsLength);
}
