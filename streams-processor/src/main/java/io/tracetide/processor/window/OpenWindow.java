package io.tracetide.processor.window;

import io.tracetide.processor.bytes.KeyTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counts of one base window that has not closed. Not thread-safe.
 *
 * <p>Most series have only a few partial counts in a window. These stay in their received blocks,
 * which the journal keeps anyway, and are read by queries, or when the window closes: a hundred
 * thousand series then allocate no objects that the garbage collector would have to copy. Only a
 * series with more partial counts gets a {@link WindowStats}.
 */
public final class OpenWindow {

  /** Maximum of partial counts of a series that stay in their blocks; one more merges them. */
  private static final int MOST_WAITING = 8;

  /* By the number of a series, in pages: 0 when it has no counts; below 0 the position of its
   * merged counts; otherwise the position of its newest unmerged partial count and, in the low
   * bits, their number. Positions count from 1. */
  private static final int COUNT_BITS = 4;
  private static final int COUNT = (1 << COUNT_BITS) - 1;
  private static final int PAGE_BITS = 10;
  private static final int PAGE = 1 << PAGE_BITS;

  private int[] @Nullable [] heads = new int[16][];
  private Series[] touched = new Series[64];
  private int size;

  /* Unmerged partial counts, by position - 1: the number of the block, the offset in it, and the
   * position of the previous ones. The three fields are adjacent, because consecutive reads access
   * distant positions. */
  private static final int FIELDS = 3;
  private int waiting;
  private int[] places = new int[64 * FIELDS];
  private final List<byte[]> blocks = new ArrayList<>();
  private byte[] lastBlock = {};

  private final List<WindowStats> merged = new ArrayList<>();

  /** Adds partial counts within a block, which must not be changed any more. */
  void add(Series series, byte[] block, int countsStart) {
    int head = head(series);
    if (head == 0) {
      if (size == touched.length) {
        touched = Arrays.copyOf(touched, 2 * size);
      }
      touched[size++] = series;
    }
    if (head < 0) {
      PartialBlock.addTo(merged.get(-head - 1), block, countsStart);
    } else if ((head & COUNT) == MOST_WAITING) {
      WindowStats stats = new WindowStats();
      readWaiting(head, stats);
      PartialBlock.addTo(stats, block, countsStart);
      merged.add(stats);
      setHead(series, -merged.size());
    } else {
      int place = append(block, countsStart, head >>> COUNT_BITS);
      setHead(series, place << COUNT_BITS | ((head & COUNT) + 1));
    }
  }

  private int append(byte[] block, int countsStart, int earlier) {
    if (block != lastBlock) {
      blocks.add(block);
      lastBlock = block;
    }
    int at = waiting * FIELDS;
    if (at == places.length) {
      places = Arrays.copyOf(places, 2 * at);
    }
    places[at] = blocks.size() - 1;
    places[at + 1] = countsStart;
    places[at + 2] = earlier;
    return ++waiting;
  }

  private void readWaiting(int head, WindowStats into) {
    int place = head >>> COUNT_BITS;
    while (place != 0) {
      int at = (place - 1) * FIELDS;
      PartialBlock.addTo(into, blocks.get(places[at]), places[at + 1]);
      place = places[at + 2];
    }
  }

  private int head(Series series) {
    int number = series.number() >>> PAGE_BITS;
    int @Nullable [] page = number < heads.length ? heads[number] : null;
    return page == null ? 0 : page[series.number() & (PAGE - 1)];
  }

  private void setHead(Series series, int head) {
    int number = series.number() >>> PAGE_BITS;
    if (number >= heads.length) {
      heads = Arrays.copyOf(heads, Math.max(number + 1, 2 * heads.length));
    }
    int @Nullable [] page = heads[number];
    if (page == null) {
      page = new int[PAGE];
      heads[number] = page;
    }
    page[series.number() & (PAGE - 1)] = head;
  }

  /** Number of series with counts. */
  public int size() {
    return size;
  }

  /** The series with counts at an index below {@link #size}, in no order. */
  public Series get(int index) {
    return touched[index];
  }

  public boolean has(Series series) {
    return head(series) != 0;
  }

  /**
   * Prefetches the counts of some series that are read next, see {@link KeyTable#fetch}.
   *
   * @param sorted series with counts in this window
   */
  public int fetch(Series[] sorted, int from, int to) {
    int fetched = 0;
    for (int i = from; i < to; i++) {
      int head = head(sorted[i]);
      if (head > 0) {
        int at = ((head >>> COUNT_BITS) - 1) * FIELDS;
        fetched += blocks.get(places[at])[places[at + 1]];
      }
    }
    return fetched;
  }

  /** Adds the counts of a series to others; this window is not changed. */
  public void addTo(WindowStats into, Series series) {
    int head = head(series);
    if (head < 0) {
      into.merge(merged.get(-head - 1));
    } else {
      readWaiting(head, into);
    }
  }
}
