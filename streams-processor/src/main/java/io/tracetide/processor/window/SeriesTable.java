package io.tracetide.processor.window;

import io.tracetide.processor.bytes.KeyTable;
import java.util.Arrays;

/**
 * Counts by series, looked up by the bytes of the series' key without allocation. Not thread-safe.
 */
public final class SeriesTable {

  private static final int SMALLEST = 64;

  private final KeyTable<Entry> entries = new KeyTable<>();
  private Entry[] ordered = new Entry[SMALLEST];
  private int size;

  /** The counts of one series. */
  public static final class Entry extends KeyTable.Entry {
    private final WindowStats stats = new WindowStats();

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
      if (size == ordered.length) {
        ordered = Arrays.copyOf(ordered, 2 * size);
      }
      ordered[size++] = entry;
    }
    return entry.stats;
  }

  /** Number of series with counts. */
  public int size() {
    return size;
  }

  /** The series at an index below {@link #size}, in the order of their first counts. */
  public Entry get(int index) {
    return ordered[index];
  }

  /** The series with counts, sorted by the bytes of their keys: those of a service are adjacent. */
  public Entry[] sorted() {
    Entry[] sorted = Arrays.copyOf(ordered, size);
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
}
