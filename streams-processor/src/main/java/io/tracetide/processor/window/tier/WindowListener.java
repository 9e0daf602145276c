package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;

/** Port: receives closed and revised windows, and counts for meters. */
public interface WindowListener {

  /** A base window of a series has closed. */
  void closedBase(byte[] series, long startMs, long endMs, WindowStats stats);

  /** A coarser window of a series has closed. */
  void closedCoarse(byte[] series, long startMs, long endMs, WindowStats stats);

  /** A base window has closed; all its series were reported before. */
  void complete(long startMs, long endMs, RecentWindows recent);

  /**
   * A coarser window has closed; all its series were reported before. Windows without spans are
   * reported as well; of a long gap only the last ones are.
   *
   * @param recent closed windows of the same tier
   */
  void completeCoarse(long startMs, long endMs, RecentWindows recent);

  /** A base window and the coarser windows that end with it have closed. */
  void passed(long startMs, long endMs, RecentWindows recent);

  /**
   * A window of a series was revised.
   *
   * @param judge whether it is to be evaluated again
   */
  void revised(
      byte[] series, long startMs, long endMs, WindowStats stats, int revision, boolean judge);

  /** All windows to be evaluated again were reported; the times are of the newest closed window. */
  void revisionsComplete(long startMs, long endMs, RecentWindows recent);

  /**
   * Spans of a series in a base window that has closed. Each span is in one call: when its window
   * closes, or, if it is late, at the next commit.
   */
  void counted(byte[] series, long startMs, long endMs, WindowStats stats);

  /** Number of partial counts that were merged. */
  void onPartials(int count);

  /** A partial count was merged into a closed window. */
  void onLatePartial();

  /** A partial count is of a window that its tier no longer keeps. */
  void onExpiredPartial(WindowTier tier);

  /** Number of series-windows that closed. */
  void onClosed(int series);

  /** A window was closed early because too many series were open. */
  void onClosedEarly();
}
