package io.tracetide.processor.topology.window;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Sends a block to the partition that the hash in its key selects. */
public final class ServicePartitioner implements StreamPartitioner<byte[], byte[]> {

  private volatile int knownPartitions;

  /** Number of partitions of the topic, which never changes; 0 before the first record. */
  int knownPartitions() {
    return knownPartitions;
  }

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, byte[] value, int numPartitions) {
    if (knownPartitions != numPartitions) {
      knownPartitions = numPartitions;
    }
    return Optional.of(Set.of(Math.floorMod(ByteBuffer.wrap(key).getInt(), numPartitions)));
  }
}
