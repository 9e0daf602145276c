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
 * <p>Entries are stored in a ring buffer of bytes. An entry is an event, or a whole trace that was
 * followed; the latter replaces all earlier entries of the trace. Adding an entry copies its bytes
 * without allocation. Thread-safe: one thread writes, query threads read.
 *
 * <p>The index has buckets: each contains the number of its newest entry, and each entry that of
 * the entry before it in its bucket. Numbers only increase, and a number below the oldest one ends
 * a chain. So an entry leaves the index without an access to it, which would be a cache miss.
 */
public final class RecentTraces {

  private static final int FEWEST = 256;
  private static final int LEAST_BYTES = 1 << 16;
  private static final long NONE = -1;

  /* The fields of an entry are adjacent, so that a look-up causes one cache miss. */

  private static final int HASH = 0;
  private static final int RECEIVED_MS = 1;

  /** Position in the bytes, and in the lower half the length. */
  private static final int PLACE = 2;

  /** Number of the entry before it in its bucket, doubled; odd when this one is a whole trace. */
  private static final int BEFORE = 3;

  private static final int FIELDS = 4;

  private final int mostEntries;
  private final int mostBytes;
  private final long keepMs;

  private byte[] bytes = new byte[LEAST_BYTES];
  private long[] entries = new long[FIELDS * FEWEST];
  private long oldest;
  private long next;
  private int end;

  /** The lower half of the number of the newest entry of each bucket; twice as many as entries. */
  private int[] buckets = new int[2 * FEWEST];

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

  /** Prefetches the newest entry of a trace, see {@link KeyTable#fetch}; for the writing thread. */
  public int fetch(long hash) {
    long newest = newest(hash);
    return newest < oldest ? (int) newest : (int) entries[fields(newest)];
  }

  /** Whether the newest entry of a trace is a whole trace. */
  public synchronized boolean hasFollowed(long hash) {
    return isNewestWhole(hash);
  }

  private boolean isNewestWhole(long hash) {
    long head = head(hash);
    return head != NONE && isWhole(head);
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
    int place = room(length);
    if (next - oldest >= mostEntries) {
      dropOldest();
    } else if (next - oldest == capacity()) {
      moreEntries();
    }
    System.arraycopy(from, start, bytes, place, length);
    end = place + length;
    int at = fields(next);
    entries[at + HASH] = hash;
    entries[at + RECEIVED_MS] = nowMs;
    entries[at + PLACE] = (long) place << Integer.SIZE | length;
    entries[at + BEFORE] = 2 * newest(hash) + (isWhole ? 1 : 0);
    wholeEntries += isWhole ? 1 : 0;
    buckets[bucket(hash)] = (int) next++;
  }

  /** Entries of a trace, newest first, down to the first whole one. */
  public synchronized List<Entry> of(long hash) {
    return chain(head(hash));
  }

  /** Numbers, after the given one, of entries that are the newest of their trace; oldest first. */
  public synchronized List<Long> headsAfter(long after, int most) {
    List<Long> found = new ArrayList<>();
    for (long entry = Math.max(oldest, after + 1); entry < next && found.size() < most; entry++) {
      if (isHead(entry)) {
        found.add(entry);
      }
    }
    return found;
  }

  /** Entries of the trace whose newest entry has that number; empty when it was dropped. */
  public synchronized List<Entry> at(long head) {
    return head >= oldest && head < next && isHead(head) ? chain(head) : List.of();
  }

  /** Drops expired entries. */
  public synchronized void expire(long nowMs) {
    while (oldest < next && nowMs - entries[fields(oldest) + RECEIVED_MS] > keepMs) {
      dropOldest();
    }
  }

  public synchronized int size() {
    return (int) (next - oldest);
  }

  private List<Entry> chain(long head) {
    List<Entry> found = new ArrayList<>();
    for (long entry = head; entry != NONE; entry = same(before(entry), hash(head))) {
      int start = start(entry);
      byte[] copy = Arrays.copyOfRange(bytes, start, start + length(entry));
      found.add(new Entry(copy, isWhole(entry), entries[fields(entry) + RECEIVED_MS]));
      if (isWhole(entry)) {
        break;
      }
    }
    return found;
  }

  /** Position of free space of this length after the newest entry. */
  private int room(int length) {
    while (true) {
      if (oldest == next) {
        end = 0;
      }
      int first = oldest == next ? bytes.length : start(oldest);
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
    wholeEntries -= isWhole(oldest) ? 1 : 0;
    oldest++;
  }

  private void moreBytes() {
    byte[] larger = new byte[(int) Math.min(mostBytes, 2L * bytes.length)];
    int at = 0;
    for (long entry = oldest; entry < next; entry++) {
      int length = length(entry);
      System.arraycopy(bytes, start(entry), larger, at, length);
      entries[fields(entry) + PLACE] = (long) at << Integer.SIZE | length;
      at += length;
    }
    bytes = larger;
    end = at;
  }

  private void moreEntries() {
    long[] former = entries;
    entries = new long[2 * former.length];
    buckets = new int[2 * buckets.length];
    long after = next;
    // In their order, so that the newest one of each bucket is the last to be entered in it.
    for (next = oldest; next < after; next++) {
      int from = FIELDS * (int) (next & (former.length / FIELDS - 1));
      System.arraycopy(former, from, entries, fields(next), FIELDS);
      long hash = hash(next);
      entries[fields(next) + BEFORE] = 2 * newest(hash) + (former[from + BEFORE] & 1);
      buckets[bucket(hash)] = (int) next;
    }
  }

  /* Entries. */

  private int capacity() {
    return entries.length / FIELDS;
  }

  /** Position of the fields of an entry. */
  private int fields(long entry) {
    return FIELDS * (int) (entry & (capacity() - 1));
  }

  private long hash(long entry) {
    return entries[fields(entry) + HASH];
  }

  private int start(long entry) {
    return (int) (entries[fields(entry) + PLACE] >>> Integer.SIZE);
  }

  private int length(long entry) {
    return (int) entries[fields(entry) + PLACE];
  }

  private long before(long entry) {
    return entries[fields(entry) + BEFORE] >> 1;
  }

  private boolean isWhole(long entry) {
    return (entries[fields(entry) + BEFORE] & 1) != 0;
  }

  /* The index. */

  private int bucket(long hash) {
    return TraceHash.place(hash, buckets.length);
  }

  /**
   * Number of the newest entry in the bucket of a hash; below the oldest number when there is none.
   * A bucket that was not used for 2^32 entries may give an entry of another one, which has another
   * hash and is skipped.
   */
  private long newest(long hash) {
    long last = next - 1;
    return last - Integer.toUnsignedLong((int) last - buckets[bucket(hash)]);
  }

  /** Number of the newest entry of a trace. */
  private long head(long hash) {
    return same(newest(hash), hash);
  }

  /** The first entry with that hash in a chain; {@link #NONE} when there is none. */
  private long same(long first, long hash) {
    long entry = first;
    while (entry >= oldest) {
      if (hash(entry) == hash) {
        return entry;
      }
      entry = before(entry);
    }
    return NONE;
  }

  private boolean isHead(long entry) {
    return head(hash(entry)) == entry;
  }
}
