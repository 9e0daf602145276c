package io.tracetide.processor.ledger.follow;

import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A timing wheel of hashes of traces, by the tick of their next assessment. Adding one writes one
 * array element; advancing costs only the entries that it visits.
 */
final class TimingWheel {

  /*
   * Two wheels (Varghese and Lauck, SOSP 1987, scheme 7): one of single ticks for the current
   * epoch of 1,024, one of epochs for the 1,024 after it. When an epoch begins, its entries are
   * distributed over the first wheel. An entry is only the hash; its tick is in the
   * OpenTable. An entry that is visited at another tick is stale and dropped, so rescheduling does
   * not search for the old entry.
   */

  private static final int BITS = 10;
  private static final int SLOTS = 1 << BITS;
  private static final int MASK = SLOTS - 1;

  private final OpenTable table;
  private final @Nullable Slot[] ticks = new Slot[SLOTS];
  private final @Nullable Slot[] epochs = new Slot[SLOTS];
  private int now;

  private static final class Slot {
    private long[] hashes = new long[8];
    private int size;

    void add(long hash) {
      if (size == hashes.length) {
        hashes = Arrays.copyOf(hashes, 2 * size);
      }
      hashes[size++] = hash;
    }
  }

  TimingWheel(OpenTable table, int now) {
    this.table = table;
    this.now = now;
  }

  /**
   * Schedules a hash of the table at a tick, or at the next one when that has passed. An earlier
   * scheduled tick is kept: the assessment may then reschedule it.
   */
  void arm(long hash, int tick) {
    int due = Math.max(tick, now + 1);
    if (table.tick(hash) <= due) {
      return;
    }
    table.setTick(hash, due);
    place(hash, due);
  }

  private void place(long hash, int tick) {
    int epoch = tick >> BITS;
    int ahead = epoch - (now >> BITS);
    if (ahead == 0) {
      add(ticks, tick & MASK, hash);
    } else {
      add(epochs, (Math.min(ahead, MASK) + (now >> BITS)) & MASK, hash);
    }
  }

  private static void add(@Nullable Slot[] slots, int at, long hash) {
    Slot slot = slots[at];
    if (slot == null) {
      slot = new Slot();
      slots[at] = slot;
    }
    slot.add(hash);
  }

  /**
   * Advances to a tick, or until the maximum has fired; then the rest fires at the next call. A
   * hash that has fired has no tick any more.
   *
   * @param most number of fired hashes after which no further tick begins
   */
  void advance(int tick, int most, LongConsumer fire) {
    int fired = 0;
    while (now < tick && fired < most) {
      now++;
      if ((now & MASK) == 0) {
        beginEpoch();
      }
      Slot slot = take(ticks, now & MASK);
      for (int i = 0; slot != null && i < slot.size; i++) {
        long hash = slot.hashes[i];
        if (table.tick(hash) == now) {
          table.setTick(hash, OpenTable.NEVER);
          fire.accept(hash);
          fired++;
        }
      }
    }
  }

  private void beginEpoch() {
    int epoch = now >> BITS;
    Slot slot = take(epochs, epoch & MASK);
    for (int i = 0; slot != null && i < slot.size; i++) {
      int tick = table.tick(slot.hashes[i]);
      // A tick of an earlier epoch belongs to an entry that has fired and was scheduled again.
      if (tick != OpenTable.NEVER && tick >> BITS >= epoch) {
        place(slot.hashes[i], tick);
      }
    }
  }

  private static @Nullable Slot take(@Nullable Slot[] slots, int at) {
    Slot slot = slots[at];
    slots[at] = null;
    return slot;
  }
}
