package io.tracetide.processor.ledger.store;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition of the ledger keeps what outlives the process. One thread writes; what is said
 * to be for queries may be called by any.
 */
public interface LedgerStorage {

  /** A followed trace; for queries too. */
  byte @Nullable [] open(byte[] key);

  void putOpen(byte[] key, byte[] trace);

  void removeOpen(byte[] key);

  /**
   * Hands out followed traces in the order of their keys, until the reader has enough; for queries
   * too.
   *
   * @param from the first key, or what it begins with; empty for all
   */
  void readOpen(byte[] from, BiPredicate<byte[], byte[]> reader);

  /** A finished trace; for queries too. */
  byte @Nullable [] kept(byte[] key);

  void putKept(byte[] key, byte[] trace);

  void removeKept(byte[] key);

  /** The same as {@link #readOpen} for finished traces; for queries too. */
  void readKept(byte[] from, BiPredicate<byte[], byte[]> reader);

  /** A figure or a history. */
  byte @Nullable [] mark(String name);

  void putMark(String name, byte[] value);

  void removeMark(String name);

  /** Hands out marks whose names begin so. */
  void readMarks(String prefix, BiPredicate<String, byte[]> reader);

  /** Names of what was counted. */
  void appendNames(byte[] key, byte[] names);

  void dropNames(byte[] key);

  /** Hands out what was appended, oldest first. */
  void readNames(BiPredicate<byte[], byte[]> reader);
}
