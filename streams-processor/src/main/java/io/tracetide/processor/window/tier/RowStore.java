package io.tracetide.processor.window.tier;

import org.jspecify.annotations.Nullable;

/** Port: the store of the rows of one tier, in the order of their keys. */
public interface RowStore {

  void put(byte[] key, byte[] row, long windowStartMs);

  byte @Nullable [] get(byte[] key, long windowStartMs);

  /** The rows of windows that start in [fromMs, toMs): by window, then by service. */
  Scan scan(long fromMs, long toMs);

  /** A cursor before the first of its rows. */
  interface Scan extends AutoCloseable {

    /** Moves to the next row; false when there is none. */
    boolean next();

    byte[] key();

    byte[] row();

    long windowStartMs();

    @Override
    void close();
  }
}
