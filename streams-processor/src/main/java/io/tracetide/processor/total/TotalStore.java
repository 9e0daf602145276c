package io.tracetide.processor.total;

import java.util.function.BiConsumer;

/** Port: the saved totals of one partition, by the key of the series. */
public interface TotalStore {

  void put(byte[] series, byte[] total);

  void delete(byte[] series);

  /** Reads all saved totals. */
  void each(BiConsumer<byte[], byte[]> reader);
}
