package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.processor.query.peer.message.PartitionAnomalies;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.peer.AnomaliesRequest;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.util.List;
import java.util.function.Consumer;

/** Anomalies of all instances: peers respond while the local partitions are read. */
final class PeerGroupAnomalyView implements AnomalyView {
  private final LocalStores local;
  private final PartitionOwners owners;
  private final Peers peers;
  private final AnomalyFormat format;

  PeerGroupAnomalyView(
      LocalStores local, PartitionOwners owners, Peers peers, AnomalyFormat format) {
    this.local = local;
    this.owners = owners;
    this.peers = peers;
    this.format = format;
  }

  @Override
  public List<String> read(Consumer<Anomaly> reader) {
    ReadPlan plan = ReadPlan.of(local.partitions().holdings(), owners.owners());
    try (FanOut<PartitionAnomalies> remote =
        peers.request(
            plan.elsewhere(),
            PeerServer.ANOMALIES,
            partition ->
                MessageFormat.ANOMALIES_REQUEST.encode(
                    new AnomaliesRequest(partition, peers.maxAnswerBytes())),
            (message, partition) -> PartitionAnomalies.decode(message, partition, format))) {
      local.anomalies().apply(plan::local).read(reader);
      return remote.drain(answer -> answer.anomalies().forEach(reader), PeerGroup::isCancelled);
    } catch (RegistryUnavailableException e) {
      throw StoresUnavailableException.registry(e);
    }
  }
}
