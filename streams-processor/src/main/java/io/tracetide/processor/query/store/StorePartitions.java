package io.tracetide.processor.query.store;

import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.tier.StoredServices;
import io.tracetide.schemas.Anomaly;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

/**
 * The state stores of this application by partition: those held here, and the hosts that hold the
 * others.
 */
public interface StorePartitions {

  /**
   * The current placement.
   *
   * @throws StoresUnavailableException while partitions are assigned or restored
   */
  Holdings holdings();

  /**
   * The placement of the partitions.
   *
   * @param here partitions that can be read in this process
   * @param elsewhere hosts that hold the others, sorted
   */
  record Holdings(List<Held> here, List<String> elsewhere) {
    public Holdings {
      here = List.copyOf(here);
      elsewhere = List.copyOf(elsewhere);
    }
  }

  /** Stores of one partition in this process. */
  interface Held {

    /** Number of the partition. */
    int partition();

    /** Rows of a tier's closed windows, under {@link io.tracetide.processor.window.RowKey}s. */
    ReadOnlyWindowStore<Bytes, byte[]> rows(String storeName);

    /** Open windows, and the time up to which the tiers have closed. */
    OpenWindows open();

    /** Services with closed windows. */
    StoredServices services();

    ReadOnlyKeyValueStore<String, Anomaly> anomalies();

    /** How much the detectors of the partition know. */
    PartitionProgress detection();
  }
}
