package io.tracetide.runtime.kafka.streams;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
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
 * <p>By default every store, partition and window segment has its own cache of 50 MB and three
 * write buffers of 16 MB, which is too much memory. Index and filter blocks are in the cache too,
 * so that the limit includes them. The limit is soft: blocks in use are never evicted.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {

  /** Streams property: bytes of the cache; a third of it may be write buffers. */
  public static final String CACHE_BYTES = "tracetide.rocksdb.cache.bytes";

  /** Streams property: bytes of one write buffer; a store has up to two. */
  public static final String WRITE_BUFFER_BYTES = "tracetide.rocksdb.write.buffer.bytes";

  private static final long DEFAULT_CACHE_BYTES = 96L << 20;
  private static final long DEFAULT_WRITE_BUFFER_BYTES = 4L << 20;

  private static final Map<Long, Shared> SHARED = new ConcurrentHashMap<>();

  static {
    RocksDB.loadLibrary();
  }

  /** Shared by all stores with the same size of cache; lives as long as the process. */
  private record Shared(Cache cache, WriteBufferManager writeBuffers, BloomFilter filter) {

    static Shared of(long cacheBytes) {
      Cache cache = new LRUCache(cacheBytes);
      return new Shared(cache, new WriteBufferManager(cacheBytes / 3, cache), new BloomFilter());
    }
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    Shared common =
        SHARED.computeIfAbsent(bytes(configs, CACHE_BYTES, DEFAULT_CACHE_BYTES), Shared::of);
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(common.cache);
    table.setCacheIndexAndFilterBlocks(true);
    table.setPinTopLevelIndexAndFilter(true);
    table.setFilterPolicy(common.filter);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(common.writeBuffers);
    options.setWriteBufferSize(bytes(configs, WRITE_BUFFER_BYTES, DEFAULT_WRITE_BUFFER_BYTES));
    options.setMaxWriteBufferNumber(2);
    options.setMaxBackgroundJobs(2);
    options.setMaxOpenFiles(256);
  }

  private static long bytes(Map<String, Object> configs, String key, long otherwise) {
    Object bytes = configs.get(key);
    return bytes == null ? otherwise : Long.parseLong(bytes.toString());
  }

  @Override
  public void close(String storeName, Options options) {
    // The shared objects outlive every store.
  }
}
