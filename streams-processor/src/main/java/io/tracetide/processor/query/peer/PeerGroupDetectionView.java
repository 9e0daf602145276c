package io.tracetide.processor.query.peer;

import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.query.detection.DetectionView;
import io.tracetide.processor.query.detection.StoreDetectionView;
import io.tracetide.processor.query.peer.message.MessageFormat;
import io.tracetide.processor.query.peer.message.ProgressRecords;
import io.tracetide.schemas.peer.ProgressRequest;
import java.util.List;
import java.util.function.Consumer;

/** Progress of the detectors of all instances. */
final class PeerGroupDetectionView implements DetectionView {
  private final LocalStores local;
  private final PartitionOwners owners;
  private final Peers peers;

  PeerGroupDetectionView(LocalStores local, PartitionOwners owners, Peers peers) {
    this.local = local;
    this.owners = owners;
    this.peers = peers;
  }

  @Override
  public List<String> read(Consumer<PartitionProgress> reader) {
    ReadPlan plan = ReadPlan.of(local.partitions().holdings(), owners.owners());
    try (FanOut<PartitionProgress> remote =
        peers.request(
            plan.elsewhere(),
            PeerServer.DETECTION,
            partition ->
                MessageFormat.PROGRESS_REQUEST.encode(
                    new ProgressRequest(partition, peers.maxAnswerBytes())),
            ProgressRecords::decode)) {
      new StoreDetectionView(plan::local).read(reader);
      return remote.drain(reader, PeerGroup::isCancelled);
    }
  }
}
