package io.tracetide.processor.ledger.follow;

import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Names, by the tick at which something has to be looked at. Adding one costs a place in an array,
 * and time that passes costs what it finds.
 */
final class TimingWheel {

  /*
   * Two wheels (Varghese and Lauck, SOSP 1987, scheme 7): one of single ticks for the current
   * epoch of 1,024, one of epochs for the 1,024 after it. When an epoch begins its names are
   * spread over the first wheel. An entry is just the name: the table knows its tick. One that
   * fires at another tick is stale, and dropped; so moving a name costs nothing where it was.
   */

  private static final int BITS = 10;
  private static final int SLOTS = 1 << BITS;
  private static final int MASK = SLOTS - 1;

  private final OpenTable table;
  private final @Nullable Slot[] ticks = new Slot[SLOTS];
  private final @Nullable Slot[] epochs = new Slot[SLOTS];
  private int now;

  private static final class Slot {
    private long[] names = new long[8];
    private int size;

    void add(long name) {
      if (size == names.length) {
        names = Arrays.copyOf(names, 2 * size);
      }
      names[size++] = name;
    }
  }

  TimingWheel(OpenTable table, int now) {
    this.table = table;
    this.now = now;
  }

  /**
   * Lets a name of the table fire at a tick, or at the next one when that has passed. When it would
   * fire earlier anyway, nothing changes: whoever looks at it then may put it off.
   */
  void arm(long name, int tick) {
    int due = Math.max(tick, now + 1);
    if (table.tick(name) <= due) {
      return;
    }
    table.setTick(name, due);
    place(name, due);
  }

  private void place(long name, int tick) {
    int epoch = tick >> BITS;
    int ahead = epoch - (now >> BITS);
    if (ahead == 0) {
      add(ticks, tick & MASK, name);
    } else {
      add(epochs, (Math.min(ahead, MASK) + (now >> BITS)) & MASK, name);
    }
  }

  private static void add(@Nullable Slot[] slots, int at, long name) {
    Slot slot = slots[at];
    if (slot == null) {
      slot = new Slot();
      slots[at] = slot;
    }
    slot.add(name);
  }

  /**
   * Lets time pass up to a tick, or until enough names have fired; then the rest fires at the next
   * call. A name that fires has no tick any more.
   *
   * @param most names after which no further tick begins
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
        long name = slot.names[i];
        if (table.tick(name) == now) {
          table.setTick(name, OpenTable.NEVER);
          fire.accept(name);
          fired++;
        }
      }
    }
  }

  private void beginEpoch() {
    int epoch = now >> BITS;
    Slot slot = take(epochs, epoch & MASK);
    for (int i = 0; slot != null && i < slot.size; i++) {
      int tick = table.tick(slot.names[i]);
      // A tick of an earlier epoch is that of an entry which has fired and was armed anew.
      if (tick != OpenTable.NEVER && tick >> BITS >= epoch) {
        place(slot.names[i], tick);
      }
    }
  }

  private static @Nullable Slot take(@Nullable Slot[] slots, int at) {
    Slot slot = slots[at];
    slots[at] = null;
    return slot;
  }
}
