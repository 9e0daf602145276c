package io.tracetide.processor.window;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.KeyTable;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Partial counts of one window, by series. Not thread-safe.
 *
 * <p>Between two commits most series of a large fleet have one span. Its values are stored in a few
 * reused arrays; only a series with more spans gets a {@link WindowStats}, which is reused as well.
 * So counting allocates hardly anything.
 */
public final class PartialCounts {

  private static final int SMALLEST = 64;

  /** Above this size the arrays are freed by {@link #clear}. */
  private static final int MOST_KEPT = 1 << 16;

  /** Maximum of counts that {@link #clear} keeps for reuse. */
  private static final int MOST_SPARE = 16_384;

  /* The fields of a look-up are adjacent, because with many series each access is a cache miss. */

  /** Hash of a series' key, and in the lower half its index plus one; 0 for a free slot. */
  private long[] slots = new long[2 * SMALLEST];

  private int size;
  private final ByteWriter keys = new ByteWriter();
  private final ByteWriter traces = new ByteWriter();

  /* By index. */

  /** End of a series' key, and end of its trace. */
  private int[] ends = new int[2 * SMALLEST];

  private double[] values = new double[SMALLEST];
  private boolean[] failures = new boolean[SMALLEST];
  private @Nullable WindowStats[] more = new WindowStats[SMALLEST];

  private final Deque<WindowStats> spare = new ArrayDeque<>();

  /** Number of series with spans. */
  public int size() {
    return size;
  }

  /** The mutable counts of a series; empty ones when it is new. */
  WindowStats at(byte[] key, int start, int length) {
    int before = size;
    int index = index(key, start, length);
    if (index == before) {
      endTrace(index);
      WindowStats stats = fresh();
      more[index] = stats;
      return stats;
    }
    return counts(index);
  }

  /**
   * Counts one span of weight 1, as {@link WindowStats#record} and {@link
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
      endTrace(index);
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
    byte[] trace = Arrays.copyOfRange(traces.array(), traceStart(index), traceEnd(index));
    stats.mergeExemplars(trace, values[index], failures[index] ? trace : null, trace);
    more[index] = stats;
    return stats;
  }

  private WindowStats fresh() {
    @Nullable WindowStats kept = spare.poll();
    return kept == null ? new WindowStats() : kept;
  }

  /**
   * Index of a series, which is added when it is new; then the index is the former {@link #size}.
   */
  private int index(byte[] key, int start, int length) {
    int hash = KeyTable.hash(key, start, length);
    int slot = hash & (slots.length - 1);
    for (long taken = slots[slot]; taken != 0; taken = slots[slot]) {
      int index = (int) taken - 1;
      if ((int) (taken >>> 32) == hash
          && Arrays.equals(
              keys.array(), keyStart(index), keyEnd(index), key, start, start + length)) {
        return index;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    if (size == values.length) {
      grow();
    }
    int index = size++;
    slots[slot] = (long) hash << 32 | size;
    keys.put(key, start, length);
    ends[2 * index] = keys.length();
    if (size > slots.length / 2) {
      spread();
    }
    return index;
  }

  private void grow() {
    ends = Arrays.copyOf(ends, 4 * size);
    values = Arrays.copyOf(values, 2 * size);
    failures = Arrays.copyOf(failures, 2 * size);
    more = Arrays.copyOf(more, 2 * size);
  }

  private void spread() {
    long[] former = slots;
    slots = new long[2 * former.length];
    for (long taken : former) {
      if (taken != 0) {
        int slot = (int) (taken >>> 32) & (slots.length - 1);
        while (slots[slot] != 0) {
          slot = (slot + 1) & (slots.length - 1);
        }
        slots[slot] = taken;
      }
    }
  }

  private int keyStart(int index) {
    return index == 0 ? 0 : keyEnd(index - 1);
  }

  private int keyEnd(int index) {
    return ends[2 * index];
  }

  private int traceStart(int index) {
    return index == 0 ? 0 : traceEnd(index - 1);
  }

  private int traceEnd(int index) {
    return ends[2 * index + 1];
  }

  /** Marks the end of the trace of the newest series. */
  private void endTrace(int index) {
    ends[2 * index + 1] = traces.length();
  }

  /** Key of the series at an index below {@link #size}, within {@link #keys}. */
  int keyStartAt(int index) {
    return keyStart(index);
  }

  int keyLengthAt(int index) {
    return keyEnd(index) - keyStart(index);
  }

  /** The bytes of the keys of all series. */
  byte[] keys() {
    return keys.array();
  }

  /** Hash of tenant and service of the series at an index below {@link #size}. */
  public int serviceHash(int index) {
    return SeriesCodec.serviceHash(keys.array(), keyStart(index));
  }

  /** Prefetches the counts of a series by the hash of its key, see {@link KeyTable#fetch}. */
  int fetch(int hash) {
    long taken = slots[hash & (slots.length - 1)];
    if (taken == 0) {
      return 0;
    }
    int index = (int) taken - 1;
    WindowStats stats = more[index];
    return keys.array()[keyStart(index)] + (stats == null ? 0 : stats.fetch());
  }

  /** Prefetches the counts of some series, see {@link KeyTable#fetch}. */
  public int fetch(int from, int to) {
    int fetched = 0;
    for (int i = from; i < to; i++) {
      WindowStats stats = more[i];
      fetched += stats == null ? 0 : stats.fetch();
    }
    return fetched;
  }

  /** Writes the counts of a series as {@link WindowStatsCodec} does. */
  void writeCounts(int index, ByteWriter out) {
    WindowStats stats = more[index];
    if (stats != null) {
      WindowStatsCodec.write(stats, out);
    } else {
      int start = traceStart(index);
      int length = traceEnd(index) - start;
      WindowStatsCodec.writeOne(values[index], failures[index], traces.array(), start, length, out);
    }
  }

  /** Removes all counts. */
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
    slots = new long[2 * SMALLEST];
    ends = new int[2 * SMALLEST];
    values = new double[SMALLEST];
    failures = new boolean[SMALLEST];
    more = new WindowStats[SMALLEST];
    keys.shrink();
    traces.shrink();
  }
}
