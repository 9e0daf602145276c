package io.tracetide.processor.query.store;

import io.tracetide.processor.window.OpenWindows;
import io.tracetide.schemas.Anomaly;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;

/**
 * The state stores of this application, split as they are: partitions held here, and hosts that
 * hold the others.
 */
public interface StorePartitions {

  /**
   * What is held where, now.
   *
   * @throws StoresUnavailableException while partitions are assigned or restored
   */
  Holdings holdings();

  /**
   * Where the partitions are.
   *
   * @param here partitions that can be read in this process
   * @param elsewhere hosts that hold the others, sorted; a query would be handed on to them
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

    /** What has not closed yet, and how far the tiers have. */
    OpenWindows open();

    ReadOnlyKeyValueStore<String, Anomaly> anomalies();
  }
}
