package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.instance.InstanceStatus;
import io.tracetide.processor.query.instance.InstanceView;
import io.tracetide.processor.query.peer.message.InstanceRecords;
import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.schemas.peer.InstanceRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The status of all instances that hold a partition, and of this one. */
final class PeerGroupInstanceView implements InstanceView {

  /** Number of the only request to a host. */
  private static final int ONLY = 0;

  private final Supplier<InstanceStatus> local;
  private final List<PartitionOwners> owners;
  private final Peers peers;

  PeerGroupInstanceView(Supplier<InstanceStatus> local, List<PartitionOwners> owners, Peers peers) {
    this.local = local;
    this.owners = List.copyOf(owners);
    this.peers = peers;
  }

  @Override
  public List<String> read(Consumer<InstanceStatus> reader) {
    Map<String, List<Integer>> others = new TreeMap<>();
    for (PartitionOwners each : owners) {
      PartitionOwners.Owners known = each.owners();
      known.hosts().values().stream()
          .filter(host -> !host.equals(known.self()))
          .forEach(host -> others.put(host, List.of(ONLY)));
    }
    try (FanOut<InstanceStatus> remote =
        peers.request(
            others,
            PeerServer.INSTANCE,
            number ->
                MessageFormat.INSTANCE_REQUEST.encode(
                    new InstanceRequest(number, peers.maxAnswerBytes())),
            InstanceRecords::decode)) {
      reader.accept(local.get());
      return remote.drain(reader, PeerGroup::isCancelled);
    }
  }
}
