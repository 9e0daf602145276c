package io.tracetide.processor.total;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Saved totals in memory. */
public final class MemoryTotalStore implements TotalStore {
  private final Map<byte[], byte[]> saved = new TreeMap<>(Arrays::compareUnsigned);
  private long bytes;

  @Override
  public void put(byte[] series, byte[] total) {
    bytes += total.length;
    saved.put(series, total);
  }

  @Override
  public void delete(byte[] series) {
    saved.remove(series);
  }

  @Override
  public void each(BiConsumer<byte[], byte[]> reader) {
    saved.forEach(reader);
  }

  int size() {
    return saved.size();
  }

  /** Bytes that were put so far. */
  long bytesWritten() {
    return bytes;
  }
}
