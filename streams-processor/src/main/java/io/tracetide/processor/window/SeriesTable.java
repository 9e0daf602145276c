package io.tracetide.processor.window;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts by series, looked up by the bytes of the series' key, so that finding those of an event
 * makes no object. Not thread-safe.
 */
public final class SeriesTable {

  /* Open addressing with linear probing, at most half full. Entries are never removed one by one;
   * clear() keeps a moderate number of them with empty counts, so that series that come again and
   * again allocate nothing. Only entries that were touched since are seen from outside. */

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int SMALLEST = 64;

  /** Entries that are kept over a {@link #clear}; more would be memory that idles. */
  private static final int MOST_KEPT = 16_384;

  private @Nullable Entry[] slots = new Entry[SMALLEST];
  private int entries;
  private Entry[] touched = new Entry[SMALLEST];
  private int size;

  /** The counts of one series. */
  public static final class Entry {
    private final byte[] series;
    private final int hash;
    private final WindowStats stats = new WindowStats();
    private boolean live;

    Entry(byte[] series, int hash) {
      this.series = series;
      this.hash = hash;
    }

    /** Key of the series, as {@link SeriesCodec} writes it. Not to be changed. */
    public byte[] series() {
      return series;
    }

    public WindowStats stats() {
      return stats;
    }
  }

  /** The counts of a series, empty ones when it is new. */
  public WindowStats at(byte[] series, int start, int length) {
    Entry entry = find(series, start, length);
    if (!entry.live) {
      entry.live = true;
      if (size == touched.length) {
        touched = Arrays.copyOf(touched, 2 * size);
      }
      touched[size++] = entry;
    }
    return entry.stats;
  }

  private Entry find(byte[] series, int start, int length) {
    int hash = hash(series, start, length);
    int slot = hash & (slots.length - 1);
    for (Entry entry = slots[slot]; entry != null; entry = slots[slot]) {
      if (entry.hash == hash
          && Arrays.equals(entry.series, 0, entry.series.length, series, start, start + length)) {
        return entry;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    Entry made = new Entry(Arrays.copyOfRange(series, start, start + length), hash);
    slots[slot] = made;
    if (++entries > slots.length / 2) {
      grow();
    }
    return made;
  }

  /** Series that have counts. */
  public int size() {
    return size;
  }

  /** The series with counts, at an index below {@link #size}, in no order. */
  public Entry get(int index) {
    return touched[index];
  }

  /** The series with counts, by the bytes of their keys: those of a service are neighbours. */
  public Entry[] sorted() {
    Entry[] sorted = Arrays.copyOf(touched, size);
    Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(a.series, b.series));
    return sorted;
  }

  /** Receives the series of one service: entries [from, to) of the sorted ones. */
  @FunctionalInterface
  public interface ServiceVisitor {

    /**
     * One service.
     *
     * @param prefix how many bytes of each key are tenant and service
     */
    void visit(Entry[] sorted, int from, int to, int prefix);
  }

  /** Hands out {@link #sorted} series service by service. */
  public static void eachService(Entry[] sorted, ServiceVisitor visitor) {
    int from = 0;
    while (from < sorted.length) {
      byte[] first = sorted[from].series;
      int prefix = SeriesCodec.servicePrefixLength(first);
      int to = from + 1;
      while (to < sorted.length && startsWith(sorted[to].series, first, prefix)) {
        to++;
      }
      visitor.visit(sorted, from, to, prefix);
      from = to;
    }
  }

  private static boolean startsWith(byte[] series, byte[] prefix, int length) {
    return series.length >= length && Arrays.equals(series, 0, length, prefix, 0, length);
  }

  /** Forgets all counts. */
  public void clear() {
    if (entries > MOST_KEPT) {
      slots = new Entry[SMALLEST];
      touched = new Entry[SMALLEST];
      entries = 0;
      size = 0;
      return;
    }
    for (int i = 0; i < size; i++) {
      touched[i].live = false;
      touched[i].stats.clear();
    }
    size = 0;
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

  /* Eight bytes at a time: keys have fifty bytes, and this is done for every event. */
  private static int hash(byte[] key, int start, int length) {
    long hash = length;
    int end = start + length;
    int at = start;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(key, at)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    for (; at < end; at++) {
      hash = (hash ^ key[at]) * 0x9e3779b97f4a7c15L;
    }
    hash ^= hash >>> 29;
    return (int) (hash ^ (hash >>> 32));
  }
}
