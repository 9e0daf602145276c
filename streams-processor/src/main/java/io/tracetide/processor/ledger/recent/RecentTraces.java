package io.tracetide.processor.ledger.recent;

import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.bytes.TraceHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Recently finished traces and spans, as the bytes of their records, bounded by number, bytes and
 * age.
 *
 * <p>Entries are stored in a ring buffer of bytes, those of one trace chained from the newest to
 * the oldest. An entry is an event, or a whole trace that was followed; the latter replaces all
 * earlier entries of the trace. Adding an entry copies its bytes without allocation. Thread-safe:
 * one thread writes, query threads read.
 */
public final class RecentTraces {

  private static final int FEWEST = 256;
  private static final int LEAST_BYTES = 1 << 16;
  private static final long NONE = -1;

  private final int mostEntries;
  private final int mostBytes;
  private final long keepMs;

  private byte[] bytes = new byte[LEAST_BYTES];
  private long[] hashes = new long[FEWEST];
  private long[] before = new long[FEWEST];
  private long[] receivedMs = new long[FEWEST];
  private int[] starts = new int[FEWEST];
  private int[] lengths = new int[FEWEST];
  private boolean[] whole = new boolean[FEWEST];
  private long oldest;
  private long next;
  private int end;

  /**
   * Newest entry of each trace, by hash: the number plus one (0 for a free slot), followed by the
   * hash. Adjacent, so that a look-up causes one cache miss.
   */
  private long[] heads = new long[4 * FEWEST];

  /** Number of entries that are whole traces. Used by the writing thread only. */
  private int wholeEntries;

  /** An event of a trace, or a whole trace. */
  public static final class Entry {
    private final byte[] bytes;
    private final boolean whole;
    private final long receivedMs;

    Entry(byte[] bytes, boolean whole, long receivedMs) {
      this.bytes = bytes;
      this.whole = whole;
      this.receivedMs = receivedMs;
    }

    public byte[] bytes() {
      return bytes;
    }

    /** Whether it is a whole trace that was followed, not an event. */
    public boolean whole() {
      return whole;
    }

    /** When it was received, milliseconds since the epoch. */
    public long receivedMs() {
      return receivedMs;
    }
  }

  public RecentTraces(int mostEntries, int mostBytes, long keepMs) {
    this.mostEntries = mostEntries;
    this.mostBytes = mostBytes;
    this.keepMs = keepMs;
  }

  /* The writing thread calls these for every event without a lock, because others only read. */

  /** Whether the newest entry of a trace is a whole trace; for the writing thread. */
  public boolean isFollowed(long hash) {
    return wholeEntries > 0 && isNewestWhole(hash);
  }

  /** Whether there are entries of a trace; for the writing thread. */
  public boolean contains(long hash) {
    return head(hash) != NONE;
  }

  /**
   * Prefetches the newest entry of a trace, see {@link KeyTable#fetch}; for the writing thread.
   *
   * @param ahead number of entries that will be added before
   */
  public int fetch(long hash, int ahead) {
    long leaving = oldest + ahead;
    boolean full = next - leaving >= mostEntries || bytes.length >= mostBytes;
    return (int) heads[home(hash)]
        + (full && leaving < next ? (int) heads[home(hashes[slot(leaving)])] : 0);
  }

  /** Whether the newest entry of a trace is a whole trace. */
  public synchronized boolean hasFollowed(long hash) {
    return isNewestWhole(hash);
  }

  private boolean isNewestWhole(long hash) {
    long head = head(hash);
    return head != NONE && whole[slot(head)];
  }

  /** Adds an entry. One that is larger than the buffer is dropped. */
  public synchronized void add(
      long hash, byte[] from, int start, int length, boolean isWhole, long nowMs) {
    append(hash, from, start, length, isWhole, nowMs);
  }

  /**
   * Adds consecutive events of a trace.
   *
   * @param ends end of each event
   */
  public synchronized void add(long hash, byte[] from, int[] ends, int count, long nowMs) {
    int start = 0;
    for (int i = 0; i < count; i++) {
      append(hash, from, start, ends[i] - start, false, nowMs);
      start = ends[i];
    }
  }

  private void append(long hash, byte[] from, int start, int length, boolean isWhole, long nowMs) {
    if (length > mostBytes / 4 || mostEntries == 0) {
      return;
    }
    int at = room(length);
    if (next - oldest >= mostEntries) {
      dropOldest();
    } else if (next - oldest == hashes.length) {
      moreEntries();
    }
    System.arraycopy(from, start, bytes, at, length);
    end = at + length;
    int slot = slot(next);
    int place = place(hash);
    hashes[slot] = hash;
    before[slot] = heads[place] - 1;
    receivedMs[slot] = nowMs;
    starts[slot] = at;
    lengths[slot] = length;
    whole[slot] = isWhole;
    wholeEntries += isWhole ? 1 : 0;
    heads[place] = ++next;
    heads[place + 1] = hash;
  }

  /** Entries of a trace, newest first, down to the first whole one. */
  public synchronized List<Entry> of(long hash) {
    return chain(head(hash));
  }

  /** Numbers, after the given one, of entries that are the newest of their trace; oldest first. */
  public synchronized List<Long> headsAfter(long after, int most) {
    List<Long> found = new ArrayList<>();
    for (long entry = Math.max(oldest, after + 1); entry < next && found.size() < most; entry++) {
      if (head(hashes[slot(entry)]) == entry) {
        found.add(entry);
      }
    }
    return found;
  }

  /** Entries of the trace whose newest entry has that number; empty when it was dropped. */
  public synchronized List<Entry> at(long head) {
    boolean current = head >= oldest && head < next && head(hashes[slot(head)]) == head;
    return current ? chain(head) : List.of();
  }

  /** Drops expired entries. */
  public synchronized void expire(long nowMs) {
    while (oldest < next && nowMs - receivedMs[slot(oldest)] > keepMs) {
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
      found.add(new Entry(copy, whole[slot], receivedMs[slot]));
      if (whole[slot]) {
        break;
      }
    }
    return found;
  }

  private int slot(long entry) {
    return (int) (entry & (hashes.length - 1));
  }

  /** Position of free space of this length after the newest entry. */
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
    int place = place(hashes[slot]);
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
    int was = hashes.length;
    int now = 2 * was;
    long[] newHashes = new long[now];
    long[] newBefore = new long[now];
    long[] newReceived = new long[now];
    int[] newStarts = new int[now];
    int[] newLengths = new int[now];
    boolean[] newWhole = new boolean[now];
    for (long entry = oldest; entry < next; entry++) {
      int from = (int) (entry & (was - 1));
      int to = (int) (entry & (now - 1));
      newHashes[to] = hashes[from];
      newBefore[to] = before[from];
      newReceived[to] = receivedMs[from];
      newStarts[to] = starts[from];
      newLengths[to] = lengths[from];
      newWhole[to] = whole[from];
    }
    hashes = newHashes;
    before = newBefore;
    receivedMs = newReceived;
    starts = newStarts;
    lengths = newLengths;
    whole = newWhole;
    heads = new long[4 * now];
    for (long entry = oldest; entry < next; entry++) {
      int place = place(hashes[slot(entry)]);
      heads[place] = entry + 1;
      heads[place + 1] = hashes[slot(entry)];
    }
  }

  /* The heads: open addressing with linear probing, at most half full. */

  private long head(long hash) {
    return heads[place(hash)] - 1;
  }

  private int place(long hash) {
    int mask = heads.length - 1;
    int place = home(hash);
    while (heads[place] != 0 && heads[place + 1] != hash) {
      place = (place + 2) & mask;
    }
    return place;
  }

  private int home(long hash) {
    return 2 * TraceHash.place(hash, heads.length / 2);
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
