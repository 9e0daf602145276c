package io.tracetide.processor.ledger.recent;

import io.tracetide.processor.bytes.ByteWriter;
import io.tracetide.processor.bytes.GenerationSet64;
import io.tracetide.processor.bytes.KeyTable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The 64-bit hashes of recently counted spans and records, to detect duplicates.
 *
 * <p>There are two generations. New hashes are added to the young one; when it is as old as the
 * window, or has half of the maximum, it replaces the old one, which is dropped. So a hash is kept
 * for at least one window and at most two, unless there are too many. The hashes of each commit are
 * journalled as one record, 8 bytes each.
 */
public final class RememberedSpans {

  /** Maximum of hashes in one record of the journal: 128 KiB. */
  private static final int MOST_IN_CHUNK = 16_384;

  private final long windowMs;
  private final int mostInGeneration;
  private final Journal journal;
  private final ByteWriter fresh = new ByteWriter();
  private final Deque<byte[]> oldChunks = new ArrayDeque<>();
  private final Deque<byte[]> youngChunks = new ArrayDeque<>();
  private final GenerationSet64 spans = new GenerationSet64();
  private long generation;
  private long chunk;
  private long youngSinceMs;

  /** Saves the hashes for a restart. */
  public interface Journal {
    void append(byte[] key, byte[] hashes);

    void drop(byte[] key);
  }

  /**
   * Creates an empty set.
   *
   * @param most maximum of hashes
   */
  public RememberedSpans(long windowMs, int most, Journal journal, long nowMs) {
    this.windowMs = windowMs;
    this.mostInGeneration = Math.max(1, most / 2);
    this.journal = journal;
    this.youngSinceMs = nowMs;
  }

  public int size() {
    return spans.size();
  }

  public boolean contains(long hash) {
    return spans.contains(hash);
  }

  /** Prefetches a hash, see {@link KeyTable#fetch}. */
  public int fetch(long hash) {
    return spans.fetch(hash);
  }

  /** Adds a hash; false when it was there already. */
  public boolean add(long hash) {
    if (!spans.add(hash)) {
      return false;
    }
    fresh.putLong(hash);
    return true;
  }

  /** Restores a record of the journal; the order is that of their keys. */
  public void restore(byte[] key, byte[] hashes) {
    ByteBuffer place = ByteBuffer.wrap(key);
    long itsGeneration = place.getLong();
    while (generation < itsGeneration) {
      nextGeneration(itsGeneration > generation + 1 ? itsGeneration - 1 : itsGeneration);
    }
    chunk = Math.max(chunk, place.getLong() + 1);
    youngChunks.add(key);
    ByteBuffer in = ByteBuffer.wrap(hashes);
    while (in.remaining() >= Long.BYTES) {
      spans.add(in.getLong());
    }
  }

  /** Journals the new hashes since the last commit, and drops the old generation when due. */
  public void commit(long nowMs) {
    byte[] hashes = fresh.array();
    for (int from = 0; from < fresh.length(); from += MOST_IN_CHUNK * Long.BYTES) {
      int count = Math.min(fresh.length() - from, MOST_IN_CHUNK * Long.BYTES);
      byte[] key = ByteBuffer.allocate(16).putLong(generation).putLong(chunk++).array();
      byte[] part = new byte[count];
      System.arraycopy(hashes, from, part, 0, count);
      journal.append(key, part);
      youngChunks.add(key);
    }
    fresh.clear();
    if (spans.youngSize() >= mostInGeneration || nowMs - youngSinceMs >= windowMs) {
      nextGeneration(generation + 1);
      youngSinceMs = nowMs;
    }
  }

  private void nextGeneration(long next) {
    oldChunks.forEach(journal::drop);
    oldChunks.clear();
    oldChunks.addAll(youngChunks);
    youngChunks.clear();
    spans.nextGeneration();
    generation = next;
  }
}
