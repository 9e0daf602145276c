package io.tracetide.detection.evidence;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the latest windows of a series had in common with the tenant, so that one of them can be
 * assessed again without the other series.
 */
final class AssessedWindows {
  static final int SIZE = 12;

  private static final int FIELDS = Features.SIZE + 2;
  private static final int LOAD = Features.SIZE;
  private static final int PREDICTED = Features.SIZE + 1;

  private final long[] windows = new long[SIZE];
  private final float[] values = new float[SIZE * FIELDS];

  AssessedWindows() {
    Arrays.fill(windows, Long.MIN_VALUE);
  }

  void add(SeriesInput input) {
    int slot = slot(input.window());
    windows[slot] = input.window();
    for (int i = 0; i < Features.SIZE; i++) {
      values[slot * FIELDS + i] = (float) input.common()[i];
    }
    values[slot * FIELDS + LOAD] = (float) input.load();
    values[slot * FIELDS + PREDICTED] = (float) input.predicted();
  }

  /** The input of a window with another sample; null when the window is not among the latest. */
  @Nullable SeriesInput revised(long window, WindowSample sample) {
    int slot = slot(window);
    if (windows[slot] != window) {
      return null;
    }
    double[] common = new double[Features.SIZE];
    for (int i = 0; i < common.length; i++) {
      common[i] = values[slot * FIELDS + i];
    }
    return new SeriesInput(
        window,
        0,
        sample,
        values[slot * FIELDS + LOAD],
        common,
        values[slot * FIELDS + PREDICTED],
        false);
  }

  private static int slot(long window) {
    return (int) Math.floorMod(window, (long) SIZE);
  }
}
