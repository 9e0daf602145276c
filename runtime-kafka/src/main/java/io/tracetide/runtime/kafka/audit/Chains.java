package io.tracetide.runtime.kafka.audit;

import io.tracetide.schemas.audit.ChainHead;
import io.tracetide.schemas.audit.ChainVerifier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The verifiers of all partitions, those with anchors but without records included. */
public final class Chains {

  private final List<ChainHead> anchors;
  private final Map<Integer, ChainVerifier> verifiers = new TreeMap<>();

  /**
   * Verifiers of a trail.
   *
   * @param anchors links that are known from before
   */
  public Chains(List<ChainHead> anchors) {
    this.anchors = List.copyOf(anchors);
    anchors.forEach(anchor -> of(anchor.partition()));
  }

  /** The verifier of a partition. */
  public ChainVerifier of(int partition) {
    return verifiers.computeIfAbsent(partition, number -> new ChainVerifier(number, anchors));
  }

  /** Begins the chain of a partition again, at whatever link is next. */
  void restart(int partition) {
    verifiers.put(partition, new ChainVerifier(partition, anchors));
  }

  /** Ends the chains; anchors that were not found are breaks. */
  public List<Verification.Partition> end() {
    return verifiers.entrySet().stream()
        .map(
            entry -> {
              ChainVerifier chain = entry.getValue();
              return new Verification.Partition(
                  entry.getKey(), chain.links(), chain.first(), chain.head(), chain.end());
            })
        .toList();
  }
}
