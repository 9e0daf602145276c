package io.tracetide.processor;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One block cache and one budget of write buffers for all stores of the process.
 *
 * <p>By default every store, partition and window segment has a cache of 50 MB and three write
 * buffers of 16 MB of its own, which no machine can afford. Index and filter blocks are in the
 * cache too, so that they count. The bound is soft: blocks in use are never evicted.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {

  /** Streams property: bytes of the cache; a third of it may be write buffers. */
  static final String CACHE_BYTES = "tracetide.rocksdb.cache.bytes";

  private static final long DEFAULT_CACHE_BYTES = 96L << 20;
  private static final long WRITE_BUFFER_BYTES = 4L << 20;

  private static @Nullable Shared shared;

  static {
    RocksDB.loadLibrary();
  }

  /** What all stores have in common; lives as long as the process. */
  private record Shared(Cache cache, WriteBufferManager writeBuffers, BloomFilter filter) {}

  private static synchronized Shared shared(long cacheBytes) {
    Shared known = shared;
    if (known == null) {
      Cache cache = new LRUCache(cacheBytes);
      known = new Shared(cache, new WriteBufferManager(cacheBytes / 3, cache), new BloomFilter());
      shared = known;
    }
    return known;
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    Object bytes = configs.get(CACHE_BYTES);
    Shared common = shared(bytes == null ? DEFAULT_CACHE_BYTES : Long.parseLong(bytes.toString()));
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(common.cache);
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    table.setFilterPolicy(common.filter);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(common.writeBuffers);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(2);
    options.setMaxBackgroundJobs(2);
    options.setMaxOpenFiles(256);
  }

  @Override
  public void close(String storeName, Options options) {
    // The shared objects outlive every store.
  }
}
