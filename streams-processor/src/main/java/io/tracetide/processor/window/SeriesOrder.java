package io.tracetide.processor.window;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Sorts the series of windows by the bytes of their keys, so that those of a service are adjacent.
 * Consecutive windows have nearly the same series, so the order is kept, and only new ones are
 * inserted. Not thread-safe.
 */
public final class SeriesOrder {

  private static final Comparator<Series> BY_KEY =
      (a, b) -> Arrays.compareUnsigned(a.key(), b.key());

  /** A window with this many times fewer series resets the kept order. */
  private static final int MUCH_FEWER = 8;

  private Series[] known = {};

  /** The sorted series of a window. The array must not be changed. */
  public Series[] of(OpenWindow window) {
    if (window.size() < known.length / MUCH_FEWER) {
      forget();
    }
    learn(window);
    if (window.size() == known.length) {
      return known;
    }
    Series[] sorted = new Series[window.size()];
    int next = 0;
    for (Series series : known) {
      if (window.has(series)) {
        sorted[next++] = series;
      }
    }
    return sorted;
  }

  private void forget() {
    for (Series series : known) {
      series.ordered = false;
    }
    known = new Series[0];
  }

  private void learn(OpenWindow window) {
    Series[] fresh = new Series[window.size()];
    int count = 0;
    for (int i = 0; i < window.size(); i++) {
      Series series = window.get(i);
      if (!series.ordered) {
        series.ordered = true;
        fresh[count++] = series;
      }
    }
    if (count > 0) {
      Arrays.sort(fresh, 0, count, BY_KEY);
      known = merge(known, fresh, count);
    }
  }

  private static Series[] merge(Series[] a, Series[] b, int countOfB) {
    Series[] both = new Series[a.length + countOfB];
    int i = 0;
    int j = 0;
    for (int next = 0; next < both.length; next++) {
      boolean fromA = j == countOfB || (i < a.length && BY_KEY.compare(a[i], b[j]) < 0);
      both[next] = fromA ? a[i++] : b[j++];
    }
    return both;
  }
}
