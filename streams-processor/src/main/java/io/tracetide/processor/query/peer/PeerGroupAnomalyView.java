package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.peer.message.AnomaliesQuestion;
import io.tracetide.processor.query.peer.message.AnomalyFormat;
import io.tracetide.processor.query.peer.message.PartitionAnomalies;
import io.tracetide.processor.query.store.StorePartitions;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Anomalies of all instances: peers are asked, and read here meanwhile. */
final class PeerGroupAnomalyView implements AnomalyView {
  private final StorePartitions partitions;
  private final PartitionOwners owners;
  private final Function<StorePartitions, AnomalyView> local;
  private final PeerClient client;
  private final AnomalyFormat format;
  private final PeerWarnings troubles;
  private final PeerMetrics metrics;

  PeerGroupAnomalyView(
      StorePartitions partitions,
      PartitionOwners owners,
      Function<StorePartitions, AnomalyView> local,
      PeerClient client,
      AnomalyFormat format,
      PeerWarnings troubles,
      PeerMetrics metrics) {
    this.partitions = partitions;
    this.owners = owners;
    this.local = local;
    this.client = client;
    this.format = format;
    this.troubles = troubles;
    this.metrics = metrics;
  }

  @Override
  public List<String> read(Consumer<Anomaly> reader) {
    ReadPlan plan = ReadPlan.of(partitions.holdings(), owners.owners());
    try (FanOut<PartitionAnomalies> peers =
        new FanOut<>(
            plan.elsewhere(),
            (host, partition) ->
                client.ask(
                    host,
                    PeerServer.ANOMALIES,
                    new AnomaliesQuestion(partition, client.maxAnswerBytes()).encode()),
            (message, partition) -> PartitionAnomalies.decode(message, partition, format),
            troubles,
            metrics)) {
      local.apply(plan::local).read(reader);
      return peers.drain(answer -> answer.anomalies().forEach(reader), PeerGroup::isGivenUp);
    } catch (RegistryUnavailableException e) {
      throw new StoresUnavailableException("The schema registry does not answer.", e);
    }
  }
}
