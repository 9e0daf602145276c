package io.tracetide.standalone.evaluate.plot;

import io.tracetide.standalone.evaluate.RetainedWindows;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * The horizontal axis.
 *
 * @param first first window
 * @param windows number of windows
 * @param dated whether windows are numbered from the epoch, so that their times are shown
 */
record TimeAxis(long first, long windows, boolean dated) {
  private static final int MOST_TICKS = 8;

  /** Steps between labels of times, in windows: 1, 5, 10, 30 min, 1, 2, 6, 12 h, 1, 2, 7, 30 d. */
  private static final long[] STEPS_OF_TIME = {
    6, 30, 60, 180, 360, 720, 2_160, 4_320, 8_640, 17_280, 60_480, 259_200
  };

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneOffset.UTC);

  /** A label. */
  record Tick(long window, String label) {}

  List<Tick> ticks() {
    long step = dated ? stepOfTime() : stepOfNumbers();
    List<Tick> ticks = new ArrayList<>();
    for (long at = -Math.floorDiv(-first, step) * step; at < first + windows; at += step) {
      ticks.add(new Tick(at, label(at)));
    }
    return ticks;
  }

  private long stepOfTime() {
    for (long step : STEPS_OF_TIME) {
      if (windows / step < MOST_TICKS) {
        return step;
      }
    }
    return Math.max(1, windows / MOST_TICKS);
  }

  /** 1, 2 or 5 times a power of ten. */
  private long stepOfNumbers() {
    for (long power = 1; power < Long.MAX_VALUE / 10; power *= 10) {
      for (long step : new long[] {power, 2 * power, 5 * power}) {
        if (windows / step < MOST_TICKS) {
          return step;
        }
      }
    }
    return Long.MAX_VALUE;
  }

  /** Text for a window. */
  String label(long window) {
    if (!dated) {
      return Long.toString(window);
    }
    Instant start = RetainedWindows.start(window);
    return TIME.format(start);
  }
}
