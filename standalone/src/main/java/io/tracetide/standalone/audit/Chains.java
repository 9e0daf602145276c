package io.tracetide.standalone.audit;

import io.tracetide.schemas.audit.ChainHead;
import io.tracetide.schemas.audit.ChainVerifier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The verifiers of all partitions, those with anchors but without records included. */
final class Chains {

  private final List<ChainHead> anchors;
  private final Map<Integer, ChainVerifier> verifiers = new TreeMap<>();

  Chains(List<ChainHead> anchors) {
    this.anchors = anchors;
    anchors.forEach(anchor -> of(anchor.partition()));
  }

  ChainVerifier of(int partition) {
    return verifiers.computeIfAbsent(partition, number -> new ChainVerifier(number, anchors));
  }

  List<Verification.Partition> end() {
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
