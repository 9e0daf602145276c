package io.tracetide.runtime.kafka.audit;

import io.tracetide.schemas.audit.ChainBreak;
import io.tracetide.schemas.audit.ChainHead;
import java.util.List;
import java.util.Optional;

/**
 * The result of a verification.
 *
 * @param partitions results of all partitions, in order
 * @param trouble an error outside the chains: the file is cut, or its bytes were changed
 */
public record Verification(List<Partition> partitions, Optional<String> trouble) {

  /**
   * One partition.
   *
   * @param links number of verified links
   * @param first sequence of the first; -1 without any
   */
  public record Partition(
      int partition,
      long links,
      long first,
      Optional<ChainHead> head,
      Optional<ChainBreak> broken) {}

  /** Whether there is no error and no partition. */
  public boolean isEmpty() {
    return holds() && partitions.isEmpty();
  }

  public boolean holds() {
    return trouble.isEmpty() && partitions.stream().allMatch(each -> each.broken().isEmpty());
  }
}
