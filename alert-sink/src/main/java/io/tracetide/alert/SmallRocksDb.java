package io.tracetide.alert;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/**
 * Memory for stores of some thousand alerts: one cache of 8 MB for all partitions and 2 MB of write
 * buffers for each, where the default may take about 100 MB per partition.
 */
public final class SmallRocksDb implements RocksDBConfigSetter {
  private static final long CACHE_BYTES = 8L << 20;
  private static final long WRITE_BUFFER_BYTES = 1L << 20;

  private static @Nullable Cache shared;

  static {
    RocksDB.loadLibrary();
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(cache());
    table.setCacheIndexAndFilterBlocks(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(2);
  }

  private static synchronized Cache cache() {
    Cache cache = shared;
    if (cache == null) {
      cache = new LRUCache(CACHE_BYTES);
      shared = cache;
    }
    return cache;
  }

  @Override
  public void close(String storeName, Options options) {
    // The cache outlives every store.
  }
}
