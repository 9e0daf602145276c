package io.tracetide.processor.ledger.store;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Port: the stores of one partition of the ledger. One thread writes; methods that are marked "for
 * queries too" may be called by any thread.
 */
public interface LedgerStorage {

  /** A followed trace; for queries too. */
  byte @Nullable [] open(byte[] key);

  void putOpen(byte[] key, byte[] trace);

  void removeOpen(byte[] key);

  /**
   * Reads followed traces in the order of their keys, until the reader returns false; for queries
   * too.
   *
   * @param from the first key, or a prefix of it; empty for all
   */
  void readOpen(byte[] from, BiPredicate<byte[], byte[]> reader);

  /** A finished trace; for queries too. */
  byte @Nullable [] kept(byte[] key);

  void putKept(byte[] key, byte[] trace);

  void removeKept(byte[] key);

  /** The same as {@link #readOpen} for finished traces; for queries too. */
  void readKept(byte[] from, BiPredicate<byte[], byte[]> reader);

  /** A saved value or a history. */
  byte @Nullable [] mark(String name);

  void putMark(String name, byte[] value);

  void removeMark(String name);

  /** Reads the marks whose names begin with the prefix. */
  void readMarks(String prefix, BiPredicate<String, byte[]> reader);

  /** Saves hashes of counted spans. */
  void appendNames(byte[] key, byte[] names);

  void dropNames(byte[] key);

  /** Reads the saved hashes, oldest first. */
  void readNames(BiPredicate<byte[], byte[]> reader);
}
