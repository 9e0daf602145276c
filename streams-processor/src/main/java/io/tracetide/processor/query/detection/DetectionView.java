package io.tracetide.processor.query.detection;

import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.query.store.StoresUnavailableException;
import java.util.List;
import java.util.function.Consumer;

/** Read access to the progress of detectors. */
public interface DetectionView {

  /**
   * Passes on the progress of each partition.
   *
   * @return hosts whose partitions were not read
   * @throws StoresUnavailableException when partitions are assigned or restored; the reader may
   *     have been called already
   */
  List<String> read(Consumer<PartitionProgress> reader);
}
