package io.tracetide.processor.topology.audit;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Sends a link to the partition of the trail that belongs to its chain. */
public final class ChainPartition implements StreamPartitioner<String, ChainAudit.Link> {

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, String key, ChainAudit.Link link, int partitions) {
    if (link.partition() >= partitions) {
      // Two chains in one partition could not be distinguished any more.
      throw new IllegalStateException(
          "topic %s has %d partitions, fewer than the entries; add partitions to it"
              .formatted(topic, partitions));
    }
    return Optional.of(Set.of(link.partition()));
  }
}
