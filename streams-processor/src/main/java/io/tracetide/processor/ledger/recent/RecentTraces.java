package io.tracetide.processor.ledger.recent;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.bytes.TraceHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What has lately finished, as the bytes in which it came, bounded by number, bytes and age.
 *
 * <p>Entries lie one after another in a ring of bytes, those of one trace chained from the newest
 * to the oldest. An entry is an event, or a whole trace that was followed; the latter stands for
 * everything before it. Adding one copies its bytes and makes no object. Thread-safe: one thread
 * writes, those who answer queries read.
 */
public final class RecentTraces {

  private static final int FEWEST = 256;
  private static final int LEAST_BYTES = 1 << 16;
  private static final long NONE = -1;

  private final int mostEntries;
  private final int mostBytes;
  private final long keepMs;

  private byte[] bytes = new byte[LEAST_BYTES];
  private long[] names = new long[FEWEST];
  private long[] before = new long[FEWEST];
  private long[] heardMs = new long[FEWEST];
  private int[] starts = new int[FEWEST];
  private int[] lengths = new int[FEWEST];
  private boolean[] whole = new boolean[FEWEST];
  private long oldest;
  private long next;
  private int end;

  /**
   * Newest entry of each trace, by name: at a place the number plus one, 0 when it is free, and
   * behind it the name. Side by side, because each look-up waits for memory once.
   */
  private long[] heads = new long[4 * FEWEST];

  /** Entries that are traces which were followed. For the thread that writes. */
  private int wholeEntries;

  /** One thing that is known of a trace. */
  public static final class Entry {
    private final byte[] bytes;
    private final boolean whole;
    private final long heardMs;

    Entry(byte[] bytes, boolean whole, long heardMs) {
      this.bytes = bytes;
      this.whole = whole;
      this.heardMs = heardMs;
    }

    public byte[] bytes() {
      return bytes;
    }

    /** Whether it is a trace that was followed, and not an event. */
    public boolean whole() {
      return whole;
    }

    /** When it came, milliseconds since the epoch. */
    public long heardMs() {
      return heardMs;
    }
  }

  public RecentTraces(int mostEntries, int mostBytes, long keepMs) {
    this.mostEntries = mostEntries;
    this.mostBytes = mostBytes;
    this.keepMs = keepMs;
  }

  /* The thread that writes asks about every event. It waits for nobody then: others only read. */

  /** Whether the newest entry of a trace is one that was followed; for the thread that writes. */
  public boolean isFollowed(long name) {
    return wholeEntries > 0 && isNewestWhole(name);
  }

  /** Whether anything is known of a trace; for the thread that writes. */
  public boolean knows(long name) {
    return head(name) != NONE;
  }

  /**
   * Asks memory for what is known of a trace, see {@link KeyTable#fetch}; for the thread that
   * writes.
   *
   * @param ahead entries that will be added before
   */
  public int fetch(long name, int ahead) {
    long leaving = oldest + ahead;
    boolean full = next - leaving >= mostEntries || bytes.length >= mostBytes;
    return (int) heads[home(name)]
        + (full && leaving < next ? (int) heads[home(names[slot(leaving)])] : 0);
  }

  /** Whether the newest entry of a trace is one that was followed. */
  public synchronized boolean hasFollowed(long name) {
    return isNewestWhole(name);
  }

  private boolean isNewestWhole(long name) {
    long head = head(name);
    return head != NONE && whole[slot(head)];
  }

  /** Adds what is known of a trace. What does not fit at all is left out. */
  public synchronized void add(
      long name, byte[] from, int start, int length, boolean isWhole, long nowMs) {
    append(name, from, start, length, isWhole, nowMs);
  }

  /**
   * Adds events of a trace that lie one after another.
   *
   * @param ends where each of them ends
   */
  public synchronized void add(long name, byte[] from, int[] ends, int count, long nowMs) {
    int start = 0;
    for (int i = 0; i < count; i++) {
      append(name, from, start, ends[i] - start, false, nowMs);
      start = ends[i];
    }
  }

  private void append(long name, byte[] from, int start, int length, boolean isWhole, long nowMs) {
    if (length > mostBytes / 4 || mostEntries == 0) {
      return;
    }
    int at = room(length);
    if (next - oldest >= mostEntries) {
      dropOldest();
    } else if (next - oldest == names.length) {
      moreEntries();
    }
    System.arraycopy(from, start, bytes, at, length);
    end = at + length;
    int slot = slot(next);
    int place = place(name);
    names[slot] = name;
    before[slot] = heads[place] - 1;
    heardMs[slot] = nowMs;
    starts[slot] = at;
    lengths[slot] = length;
    whole[slot] = isWhole;
    wholeEntries += isWhole ? 1 : 0;
    heads[place] = ++next;
    heads[place + 1] = name;
  }

  /** Entries of a trace, newest first, down to the first whole one. */
  public synchronized List<Entry> of(long name) {
    return chain(head(name));
  }

  /** Numbers of the traces' newest entries behind the given number, oldest first. */
  public synchronized List<Long> headsAfter(long after, int most) {
    List<Long> found = new ArrayList<>();
    for (long entry = Math.max(oldest, after + 1); entry < next && found.size() < most; entry++) {
      if (head(names[slot(entry)]) == entry) {
        found.add(entry);
      }
    }
    return found;
  }

  /** Entries of the trace whose newest one has that number; empty when it has gone. */
  public synchronized List<Entry> at(long head) {
    boolean current = head >= oldest && head < next && head(names[slot(head)]) == head;
    return current ? chain(head) : List.of();
  }

  /** Drops what is too old. */
  public synchronized void expire(long nowMs) {
    while (oldest < next && nowMs - heardMs[slot(oldest)] > keepMs) {
      dropOldest();
    }
  }

  public synchronized int size() {
    return (int) (next - oldest);
  }

  private List<Entry> chain(long head) {
    List<Entry> found = new ArrayList<>();
    for (long entry = head; entry >= oldest; entry = before[slot(entry)]) {
      int slot = slot(entry);
      byte[] copy = Arrays.copyOfRange(bytes, starts[slot], starts[slot] + lengths[slot]);
      found.add(new Entry(copy, whole[slot], heardMs[slot]));
      if (whole[slot]) {
        break;
      }
    }
    return found;
  }

  private int slot(long entry) {
    return (int) (entry & (names.length - 1));
  }

  /** Where so many bytes can go, after the newest entry. */
  private int room(int length) {
    while (true) {
      if (oldest == next) {
        end = 0;
      }
      int first = oldest == next ? bytes.length : starts[slot(oldest)];
      boolean wrapped = oldest < next && end <= first;
      if (wrapped) {
        if (end + length <= first) {
          return end;
        }
      } else if (end + length <= bytes.length) {
        return end;
      } else if (length < first) {
        return 0;
      }
      if (bytes.length < mostBytes) {
        moreBytes();
      } else {
        dropOldest();
      }
    }
  }

  private void dropOldest() {
    int slot = slot(oldest);
    int place = place(names[slot]);
    if (heads[place] == oldest + 1) {
      free(place);
    }
    wholeEntries -= whole[slot] ? 1 : 0;
    oldest++;
  }

  private void moreBytes() {
    byte[] larger = new byte[(int) Math.min(mostBytes, 2L * bytes.length)];
    int at = 0;
    for (long entry = oldest; entry < next; entry++) {
      int slot = slot(entry);
      System.arraycopy(bytes, starts[slot], larger, at, lengths[slot]);
      starts[slot] = at;
      at += lengths[slot];
    }
    bytes = larger;
    end = at;
  }

  private void moreEntries() {
    int was = names.length;
    int now = 2 * was;
    long[] newNames = new long[now];
    long[] newBefore = new long[now];
    long[] newHeard = new long[now];
    int[] newStarts = new int[now];
    int[] newLengths = new int[now];
    boolean[] newWhole = new boolean[now];
    for (long entry = oldest; entry < next; entry++) {
      int from = (int) (entry & (was - 1));
      int to = (int) (entry & (now - 1));
      newNames[to] = names[from];
      newBefore[to] = before[from];
      newHeard[to] = heardMs[from];
      newStarts[to] = starts[from];
      newLengths[to] = lengths[from];
      newWhole[to] = whole[from];
    }
    names = newNames;
    before = newBefore;
    heardMs = newHeard;
    starts = newStarts;
    lengths = newLengths;
    whole = newWhole;
    heads = new long[4 * now];
    for (long entry = oldest; entry < next; entry++) {
      int place = place(names[slot(entry)]);
      heads[place] = entry + 1;
      heads[place + 1] = names[slot(entry)];
    }
  }

  /* The heads: open addressing with linear probing, at most half full. */

  private long head(long name) {
    return heads[place(name)] - 1;
  }

  private int place(long name) {
    int mask = heads.length - 1;
    int place = home(name);
    while (heads[place] != 0 && heads[place + 1] != name) {
      place = (place + 2) & mask;
    }
    return place;
  }

  private int home(long name) {
    return 2 * TraceHash.place(name, heads.length / 2);
  }

  private void free(int place) {
    int mask = heads.length - 1;
    int hole = place;
    int at = (hole + 2) & mask;
    while (heads[at] != 0) {
      if (((at - home(heads[at + 1])) & mask) >= ((at - hole) & mask)) {
        heads[hole] = heads[at];
        heads[hole + 1] = heads[at + 1];
        hole = at;
      }
      at = (at + 2) & mask;
    }
    heads[hole] = 0;
  }
}
