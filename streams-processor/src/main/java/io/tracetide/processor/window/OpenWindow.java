package io.tracetide.processor.window;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one base window that has not closed. Not thread-safe.
 *
 * <p>Of most series a few partial counts come in a window. Those stay in the blocks that brought
 * them, which the journal keeps anyway, and are read when somebody asks, or when the window closes:
 * a hundred thousand series then make no object that the garbage collector would have to move. Only
 * a series of which more come gets counts of its own.
 */
public final class OpenWindow {

  /** Partial counts of a series that wait in their blocks; the next one merges them. */
  private static final int MOST_WAITING = 8;

  /* By the number of a series, in pages: 0 when it has no work; below 0 the place of its merged
   * counts; else the place of its newest waiting partial count and, in the last bits, how many
   * there are. Places count from 1. */
  private static final int COUNT_BITS = 4;
  private static final int COUNT = (1 << COUNT_BITS) - 1;
  private static final int PAGE_BITS = 10;
  private static final int PAGE = 1 << PAGE_BITS;

  private int[] @Nullable [] heads = new int[16][];
  private Series[] touched = new Series[64];
  private int size;

  /* Waiting partial counts, by place - 1. */
  private int waiting;
  private int[] blockOf = new int[64];
  private int[] startOf = new int[64];
  private int[] earlierOf = new int[64];
  private final List<byte[]> blocks = new ArrayList<>();
  private byte[] lastBlock = {};

  private final List<WindowStats> merged = new ArrayList<>();

  /** Adds partial counts that lie in a block, which is not to be changed any more. */
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
    if (waiting == blockOf.length) {
      blockOf = Arrays.copyOf(blockOf, 2 * waiting);
      startOf = Arrays.copyOf(startOf, 2 * waiting);
      earlierOf = Arrays.copyOf(earlierOf, 2 * waiting);
    }
    blockOf[waiting] = blocks.size() - 1;
    startOf[waiting] = countsStart;
    earlierOf[waiting] = earlier;
    return ++waiting;
  }

  private void readWaiting(int head, WindowStats into) {
    for (int place = head >>> COUNT_BITS; place != 0; place = earlierOf[place - 1]) {
      PartialBlock.addTo(into, blocks.get(blockOf[place - 1]), startOf[place - 1]);
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

  /** Series that have work. */
  public int size() {
    return size;
  }

  /** A series that has work, at an index below {@link #size}, in no order. */
  public Series get(int index) {
    return touched[index];
  }

  public boolean has(Series series) {
    return head(series) != 0;
  }

  /**
   * The counts of a series. Whoever asks does not change them.
   *
   * @param scratch may be used for them, and is the answer then
   */
  public WindowStats counts(Series series, WindowStats scratch) {
    int head = head(series);
    if (head < 0) {
      return merged.get(-head - 1);
    }
    scratch.clear();
    readWaiting(head, scratch);
    return scratch;
  }
}
