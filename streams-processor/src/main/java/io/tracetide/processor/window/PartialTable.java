package io.tracetide.processor.window;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts by series and window, looked up by the bytes of the series' key, so that finding the
 * counts of an event makes no object. Not thread-safe.
 */
public final class PartialTable {

  /* Open addressing with linear probing, at most half full, no removal but of everything. */

  private static final int SMALLEST = 64;

  private @Nullable Entry[] slots = new Entry[SMALLEST];
  private int size;

  /** The counts of one series in one window. */
  private static final class Entry {
    private final byte[] series;
    private final long windowStartMs;
    private final int hash;
    private final WindowStats stats = new WindowStats();

    Entry(byte[] series, long windowStartMs, int hash) {
      this.series = series;
      this.windowStartMs = windowStartMs;
      this.hash = hash;
    }
  }

  /** Receives the counts of one series in one window. */
  @FunctionalInterface
  public interface Visitor {
    void visit(byte[] series, long windowStartMs, WindowStats stats);
  }

  /** The counts of a series in a window, empty ones when it is new. */
  public WindowStats at(byte[] series, int length, long windowStartMs) {
    int hash = hash(series, length, windowStartMs);
    int slot = hash & (slots.length - 1);
    for (Entry entry = slots[slot]; entry != null; entry = slots[slot]) {
      if (entry.hash == hash
          && entry.windowStartMs == windowStartMs
          && Arrays.equals(entry.series, 0, entry.series.length, series, 0, length)) {
        return entry.stats;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    Entry made = new Entry(Arrays.copyOf(series, length), windowStartMs, hash);
    slots[slot] = made;
    if (++size > slots.length / 2) {
      grow();
    }
    return made.stats;
  }

  public int size() {
    return size;
  }

  public void forEach(Visitor visitor) {
    for (Entry entry : slots) {
      if (entry != null) {
        visitor.visit(entry.series, entry.windowStartMs, entry.stats);
      }
    }
  }

  public void clear() {
    if (size > 0) {
      Arrays.fill(slots, null);
      size = 0;
    }
  }

  private void grow() {
    @Nullable Entry[] old = slots;
    slots = new Entry[2 * old.length];
    for (Entry entry : old) {
      if (entry != null) {
        int slot = entry.hash & (slots.length - 1);
        while (slots[slot] != null) {
          slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = entry;
      }
    }
  }

  private static int hash(byte[] series, int length, long windowStartMs) {
    int hash = Long.hashCode(windowStartMs);
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + series[i];
    }
    hash *= 0x9e3779b9;
    return hash ^ (hash >>> 15);
  }
}
