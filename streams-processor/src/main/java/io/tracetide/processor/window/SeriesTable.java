package io.tracetide.processor.window;

import io.tracetide.processor.bytes.KeyTable;
import java.util.Arrays;

/**
 * Counts by series, looked up by the bytes of the series' key without allocation. Not thread-safe.
 */
public final class SeriesTable {

  /* Entries are never removed one by one; clear() keeps a moderate number of them with empty
   * counts, so that recurring series allocate nothing. Only entries used since the last clear() are
   * visible to callers. */

  private static final int SMALLEST = 64;

  /** Maximum of entries that {@link #clear} keeps for reuse. */
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

    /** Key of the series, as {@link SeriesCodec} writes it. Must not be changed. */
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

  /** Number of series with counts. */
  public int size() {
    return size;
  }

  /** The series with counts, at an index below {@link #size}, in no order. */
  public Entry get(int index) {
    return touched[index];
  }

  /** The series with counts, sorted by the bytes of their keys: those of a service are adjacent. */
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
     * @param prefix number of bytes of tenant and service in each key
     */
    void visit(Entry[] sorted, int from, int to, int prefix);
  }

  /** Visits {@link #sorted} series by service. */
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

  /** Removes all counts. */
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
