package io.tracetide.processor.ledger.recent;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.HashSet64;
import io.tracetide.processor.bytes.KeyTable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has been counted lately, by 64-bit names, so that it is not counted again.
 *
 * <p>There are two generations. The young one takes what is new; when it is as old as the window,
 * or has half of what may be remembered, it takes the place of the old one, which is forgotten. So
 * a name is remembered for one window at least and two at most, unless there are too many. The
 * names of each commit are journalled as one record, 8 bytes each.
 */
public final class RememberedSpans {

  /** Names in one record of the journal: 128 KiB. */
  private static final int MOST_IN_CHUNK = 16_384;

  private final long windowMs;
  private final int mostInGeneration;
  private final Journal journal;
  private final ByteWriter fresh = new ByteWriter();
  private final Deque<byte[]> oldChunks = new ArrayDeque<>();
  private final Deque<byte[]> youngChunks = new ArrayDeque<>();
  private HashSet64 old = new HashSet64();
  private HashSet64 young = new HashSet64();
  private long generation;
  private long chunk;
  private long youngSinceMs;

  /** Where names are kept over a restart. */
  public interface Journal {
    void append(byte[] key, byte[] names);

    void drop(byte[] key);
  }

  /**
   * Remembers nothing yet.
   *
   * @param most names that are remembered at once
   */
  public RememberedSpans(long windowMs, int most, Journal journal, long nowMs) {
    this.windowMs = windowMs;
    this.mostInGeneration = Math.max(1, most / 2);
    this.journal = journal;
    this.youngSinceMs = nowMs;
  }

  public int size() {
    return old.size() + young.size();
  }

  public boolean contains(long name) {
    return young.contains(name) || old.contains(name);
  }

  /** Asks memory for a name, see {@link KeyTable#fetch}. */
  public int fetch(long name) {
    return young.fetch(name) + old.fetch(name);
  }

  /** Remembers a name; false when it was remembered already. */
  public boolean add(long name) {
    if (old.contains(name) || !young.add(name)) {
      return false;
    }
    fresh.putLong(name);
    return true;
  }

  /** Takes up a record of the journal; they come in the order of their keys. */
  public void restore(byte[] key, byte[] names) {
    ByteBuffer place = ByteBuffer.wrap(key);
    long itsGeneration = place.getLong();
    while (generation < itsGeneration) {
      nextGeneration(itsGeneration > generation + 1 ? itsGeneration - 1 : itsGeneration);
    }
    chunk = Math.max(chunk, place.getLong() + 1);
    youngChunks.add(key);
    ByteBuffer in = ByteBuffer.wrap(names);
    while (in.remaining() >= Long.BYTES) {
      young.add(in.getLong());
    }
  }

  /** Journals what is new since the last commit, and forgets what is too old. */
  public void commit(long nowMs) {
    byte[] names = fresh.array();
    for (int from = 0; from < fresh.length(); from += MOST_IN_CHUNK * Long.BYTES) {
      int count = Math.min(fresh.length() - from, MOST_IN_CHUNK * Long.BYTES);
      byte[] key = ByteBuffer.allocate(16).putLong(generation).putLong(chunk++).array();
      byte[] part = new byte[count];
      System.arraycopy(names, from, part, 0, count);
      journal.append(key, part);
      youngChunks.add(key);
    }
    fresh.clear();
    if (young.size() >= mostInGeneration || nowMs - youngSinceMs >= windowMs) {
      nextGeneration(generation + 1);
      youngSinceMs = nowMs;
    }
  }

  private void nextGeneration(long next) {
    oldChunks.forEach(journal::drop);
    oldChunks.clear();
    oldChunks.addAll(youngChunks);
    youngChunks.clear();
    HashSet64 forgotten = old;
    old = young;
    // As many will come again: growing from nothing would place each of them several times.
    young = forgotten;
    young.clear();
    generation = next;
  }
}
