package io.tracetide.processor.query.detection;

import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.query.store.StorePartitions;
import java.util.List;
import java.util.function.Consumer;

/** Progress of the detectors of this process. */
public final class StoreDetectionView implements DetectionView {
  private final StorePartitions partitions;

  public StoreDetectionView(StorePartitions partitions) {
    this.partitions = partitions;
  }

  @Override
  public List<String> read(Consumer<PartitionProgress> reader) {
    StorePartitions.Holdings holdings = partitions.holdings();
    holdings.here().forEach(held -> reader.accept(held.detection()));
    return holdings.elsewhere();
  }
}
