package io.tracetide.processor.window;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Work of one window, by series. Not thread-safe.
 *
 * <p>Between two commits most series of a large fleet do one piece of work. That lies here as it
 * came, in a few arrays that are used again after each commit; only a series with more gets counts,
 * which are used again as well. So counting makes hardly any object.
 */
public final class WorkTable {

  private static final int SMALLEST = 64;

  /** Above this the arrays are not kept over a {@link #clear}: it would be memory that idles. */
  private static final int MOST_KEPT = 1 << 16;

  /** Counts that are kept over a {@link #clear}. */
  private static final int MOST_SPARE = 16_384;

  /** Index of a series plus one; 0 where there is none. At most half full. */
  private int[] slots = new int[2 * SMALLEST];

  private int size;
  private final ByteWriter keys = new ByteWriter();
  private final ByteWriter traces = new ByteWriter();

  /* By index. */
  private int[] hashes = new int[SMALLEST];
  private int[] keyEnds = new int[SMALLEST];
  private int[] traceEnds = new int[SMALLEST];
  private double[] values = new double[SMALLEST];
  private boolean[] failures = new boolean[SMALLEST];
  private @Nullable WindowStats[] more = new WindowStats[SMALLEST];

  private final Deque<WindowStats> spare = new ArrayDeque<>();

  /** Series that have work. */
  public int size() {
    return size;
  }

  /** The counts of a series, to be added to; empty ones when it is new. */
  WindowStats at(byte[] key, int start, int length) {
    int before = size;
    int index = index(key, start, length);
    if (index == before) {
      traceEnds[index] = traces.length();
      WindowStats stats = fresh();
      more[index] = stats;
      return stats;
    }
    return counts(index);
  }

  /**
   * Counts one piece of work of weight 1, as {@link WindowStats#record} and {@link
   * WindowStats#offerExemplar} do.
   *
   * @param value finite
   */
  void record(
      byte[] key,
      int start,
      int length,
      double value,
      boolean failed,
      byte[] from,
      int traceStart,
      int traceLength) {
    int before = size;
    int index = index(key, start, length);
    if (index == before) {
      values[index] = value;
      failures[index] = failed;
      TraceIdCodec.encode(from, traceStart, traceLength, traces);
      traceEnds[index] = traces.length();
      return;
    }
    WindowStats stats = counts(index);
    stats.record(value, 1, failed);
    stats.offerExemplar(value, failed, from, traceStart, traceLength);
  }

  private WindowStats counts(int index) {
    WindowStats known = more[index];
    if (known != null) {
      return known;
    }
    WindowStats stats = fresh();
    stats.record(values[index], 1, failures[index]);
    byte[] trace = Arrays.copyOfRange(traces.array(), traceStart(index), traceEnds[index]);
    stats.mergeExemplars(trace, values[index], failures[index] ? trace : null, trace);
    more[index] = stats;
    return stats;
  }

  private WindowStats fresh() {
    @Nullable WindowStats kept = spare.poll();
    return kept == null ? new WindowStats() : kept;
  }

  /** Where a series stands; the answer is the former {@link #size} when it is new. */
  private int index(byte[] key, int start, int length) {
    int hash = KeyTable.hash(key, start, length);
    int slot = hash & (slots.length - 1);
    for (int place = slots[slot]; place != 0; place = slots[slot]) {
      int index = place - 1;
      if (hashes[index] == hash
          && Arrays.equals(
              keys.array(), keyStart(index), keyEnds[index], key, start, start + length)) {
        return index;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    if (size == hashes.length) {
      grow();
    }
    int index = size++;
    slots[slot] = size;
    hashes[index] = hash;
    keys.put(key, start, length);
    keyEnds[index] = keys.length();
    if (size > slots.length / 2) {
      spread();
    }
    return index;
  }

  private void grow() {
    hashes = Arrays.copyOf(hashes, 2 * size);
    keyEnds = Arrays.copyOf(keyEnds, 2 * size);
    traceEnds = Arrays.copyOf(traceEnds, 2 * size);
    values = Arrays.copyOf(values, 2 * size);
    failures = Arrays.copyOf(failures, 2 * size);
    more = Arrays.copyOf(more, 2 * size);
  }

  private void spread() {
    slots = new int[2 * slots.length];
    for (int index = 0; index < size; index++) {
      int slot = hashes[index] & (slots.length - 1);
      while (slots[slot] != 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = index + 1;
    }
  }

  private int keyStart(int index) {
    return index == 0 ? 0 : keyEnds[index - 1];
  }

  private int traceStart(int index) {
    return index == 0 ? 0 : traceEnds[index - 1];
  }

  /** Key of the series at an index below {@link #size}, within {@link #keys}. */
  int keyStartAt(int index) {
    return keyStart(index);
  }

  int keyLengthAt(int index) {
    return keyEnds[index] - keyStart(index);
  }

  /** Holds the keys of all series. */
  byte[] keys() {
    return keys.array();
  }

  /** Hash of tenant and service of the series at an index below {@link #size}. */
  public int serviceHash(int index) {
    return SeriesCodec.serviceHash(keys.array(), keyStart(index));
  }

  /** Writes the counts of a series as {@link WindowStatsCodec} does. */
  void writeCounts(int index, ByteWriter out) {
    WindowStats stats = more[index];
    if (stats != null) {
      WindowStatsCodec.write(stats, out);
    } else {
      int start = traceStart(index);
      int length = traceEnds[index] - start;
      WindowStatsCodec.writeOne(values[index], failures[index], traces.array(), start, length, out);
    }
  }

  /** Forgets all work. */
  public void clear() {
    for (int i = 0; i < size; i++) {
      WindowStats stats = more[i];
      if (stats != null && spare.size() < MOST_SPARE) {
        stats.clear();
        spare.push(stats);
      }
      more[i] = null;
    }
    keys.clear();
    traces.clear();
    if (size > MOST_KEPT) {
      shrink();
    }
    size = 0;
    Arrays.fill(slots, 0);
  }

  private void shrink() {
    slots = new int[2 * SMALLEST];
    hashes = new int[SMALLEST];
    keyEnds = new int[SMALLEST];
    traceEnds = new int[SMALLEST];
    values = new double[SMALLEST];
    failures = new boolean[SMALLEST];
    more = new WindowStats[SMALLEST];
    keys.shrink();
    traces.shrink();
  }
}
