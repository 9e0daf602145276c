package io.tracetide.processor.window;

import io.tracetide.processor.bytes.KeyTable;
import java.util.Arrays;

/**
 * Counts by series, looked up by the bytes of the series' key, so that finding those of an event
 * makes no object. Not thread-safe.
 */
public final class SeriesTable {

  /* Entries are never removed one by one; clear() keeps a moderate number of them with empty counts,
   * so that series that come again and again allocate nothing. Only entries that were touched since
   * are seen from outside. */

  private static final int SMALLEST = 64;

  /** Entries that are kept over a {@link #clear}; more would be memory that idles. */
  private static final int MOST_KEPT = 16_384;

  private final KeyTable<Entry> entries = new KeyTable<>();
  private Entry[] touched = new Entry[SMALLEST];
  private int size;

  /** The counts of one series. */
  public static final class Entry extends KeyTable.Entry {
    private final WindowStats stats = new WindowStats();
    private boolean live;

    Entry(byte[] series) {
      super(series);
    }

    /** Key of the series, as {@link SeriesCodec} writes it. Not to be changed. */
    public byte[] series() {
      return key();
    }

    public WindowStats stats() {
      return stats;
    }
  }

  /** The counts of a series, empty ones when it is new. */
  public WindowStats at(byte[] series, int start, int length) {
    Entry entry = entries.find(series, start, length);
    if (entry == null) {
      entry = new Entry(Arrays.copyOfRange(series, start, start + length));
      entries.add(entry);
    }
    if (!entry.live) {
      entry.live = true;
      if (size == touched.length) {
        touched = Arrays.copyOf(touched, 2 * size);
      }
      touched[size++] = entry;
    }
    return entry.stats;
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
    Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
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
      byte[] first = sorted[from].key();
      int prefix = SeriesCodec.servicePrefixLength(first);
      int to = from + 1;
      while (to < sorted.length && startsWith(sorted[to].key(), first, prefix)) {
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
    if (entries.size() > MOST_KEPT) {
      entries.clear();
      touched = new Entry[SMALLEST];
      size = 0;
      return;
    }
    for (int i = 0; i < size; i++) {
      touched[i].live = false;
      touched[i].stats.clear();
    }
    size = 0;
  }
}
