package io.tracetide.standalone.audit;

import io.tracetide.schemas.audit.ChainBreak;
import io.tracetide.schemas.audit.ChainHead;
import java.util.List;
import java.util.Optional;

/**
 * What became of a verification.
 *
 * @param partitions each of them, in order
 * @param trouble what is wrong beyond the chains: the file is cut, or its bytes were changed
 */
public record Verification(List<Partition> partitions, Optional<String> trouble) {

  /**
   * One partition.
   *
   * @param links looked at
   * @param first sequence of the first; -1 without any
   */
  public record Partition(
      int partition,
      long links,
      long first,
      Optional<ChainHead> head,
      Optional<ChainBreak> broken) {}

  /** Whether all is well and there is no partition at all. */
  public boolean isEmpty() {
    return holds() && partitions.isEmpty();
  }

  public boolean holds() {
    return trouble.isEmpty() && partitions.stream().allMatch(each -> each.broken().isEmpty());
  }
}
