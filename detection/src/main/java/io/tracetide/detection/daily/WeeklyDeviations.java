package io.tracetide.detection.daily;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Deviations that recur at the same time of the week, such as those of a job on Sundays or on
 * working days: what was seen in two weeks in a row, within ten minutes, is usual at that time.
 *
 * <p>Most series deviate rarely, so only the ten minutes with a deviation are kept, at most {@value
 * #MOST}; of more, those that were seen last. Memory: 6 bytes for each.
 */
final class WeeklyDeviations {
  static final int MOST = 64;

  /** Ten minutes in a week. */
  private static final int SLOTS = 7 * 144;

  private static final int NOT_FOUND = -1;

  /**
   * The place in the week, the number of the latest week, and the sizes in it and in the one
   * before.
   */
  private final short[] slots = new short[MOST];

  private final short[] weeks = new short[MOST];
  private final byte[] latest = new byte[MOST];
  private final byte[] before = new byte[MOST];
  private int size;

  /**
   * Adds the largest deviation of ten minutes.
   *
   * @param slot number of the ten minutes since the epoch
   */
  void add(long slot, byte deviation) {
    short week = week(slot);
    int at = find(slot);
    if (at == NOT_FOUND) {
      at = size < MOST ? size++ : oldest();
      slots[at] = position(slot);
      before[at] = 0;
    } else {
      before[at] = weeks[at] == (short) (week - 1) ? latest[at] : 0;
    }
    weeks[at] = week;
    latest[at] = deviation;
  }

  /** The deviation that is usual in ten minutes, from those before; 0 for none. */
  int usual(long slot) {
    int at = find(slot);
    if (at == NOT_FOUND) {
      return 0;
    }
    short week = week(slot);
    boolean recent = weeks[at] == week || weeks[at] == (short) (week - 1);
    return recent ? Math.min(latest[at], before[at]) : 0;
  }

  private int find(long slot) {
    short position = position(slot);
    for (int i = 0; i < size; i++) {
      if (slots[i] == position) {
        return i;
      }
    }
    return NOT_FOUND;
  }

  private int oldest() {
    int oldest = 0;
    for (int i = 1; i < size; i++) {
      if (weeks[i] < weeks[oldest] || (weeks[i] == weeks[oldest] && slots[i] < slots[oldest])) {
        oldest = i;
      }
    }
    return oldest;
  }

  private static short position(long slot) {
    return (short) Math.floorMod(slot, (long) SLOTS);
  }

  private static short week(long slot) {
    return (short) Math.floorDiv(slot, (long) SLOTS);
  }

  void write(DataOutput out) throws IOException {
    out.writeByte(size);
    for (int i = 0; i < size; i++) {
      out.writeShort(slots[i]);
      out.writeShort(weeks[i]);
      out.writeByte(latest[i]);
      out.writeByte(before[i]);
    }
  }

  void read(DataInput in) throws IOException {
    size = in.readUnsignedByte();
    if (size > MOST) {
      throw new IOException("%d ten minutes of at most %d".formatted(size, MOST));
    }
    for (int i = 0; i < size; i++) {
      slots[i] = in.readShort();
      weeks[i] = in.readShort();
      latest[i] = in.readByte();
      before[i] = in.readByte();
    }
  }
}
