package io.tracetide.processor;

import io.tracetide.runtime.config.Checks;

/**
 * Memory of the state stores, beside the heap.
 *
 * @param rocksDbCacheMb block cache and write buffers of all stores together, MiB
 */
public record MemoryConfig(int rocksDbCacheMb) {

  public MemoryConfig {
    Checks.check().range("rocksDbCacheMb", rocksDbCacheMb, 16, 65_536).done();
  }

  public static MemoryConfig defaults() {
    return new MemoryConfig(96);
  }
}
