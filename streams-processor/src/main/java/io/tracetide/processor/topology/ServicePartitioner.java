package io.tracetide.processor.topology;

import io.tracetide.processor.window.SeriesCodec;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Sends all series of a tenant's service to one partition. */
final class ServicePartitioner implements StreamPartitioner<byte[], byte[]> {

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, byte[] value, int numPartitions) {
    return Optional.of(Set.of(Math.floorMod(SeriesCodec.serviceHash(key), numPartitions)));
  }
}
