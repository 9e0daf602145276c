package io.tracetide.runtime.kafka.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@link ChainWatch} has verified so far.
 *
 * @param partitions results, in order; empty before the topic was read for the first time
 * @param checkedAt when all records that the topic had then were verified; empty before the first
 *     time
 * @param trouble why the topic cannot be read now; empty when it is read
 */
public record ChainReport(
    List<Part> partitions, Optional<Instant> checkedAt, Optional<String> trouble) {

  /** The report before anything was read. */
  public static final ChainReport NOTHING =
      new ChainReport(List.of(), Optional.empty(), Optional.empty());

  public ChainReport {
    partitions = List.copyOf(partitions);
  }

  /**
   * One partition.
   *
   * @param waiting offsets that were not read yet, transaction markers included
   */
  public record Part(Verification.Partition chain, long waiting) {}

  /** Chains with an invalid record. */
  public long broken() {
    return partitions.stream().filter(part -> part.chain().broken().isPresent()).count();
  }

  /** Verified records of all partitions. */
  public long records() {
    return partitions.stream().mapToLong(part -> part.chain().links()).sum();
  }

  /** The same with the reason why the topic cannot be read. */
  ChainReport troubled(String why) {
    return new ChainReport(partitions, checkedAt, Optional.of(why));
  }
}
