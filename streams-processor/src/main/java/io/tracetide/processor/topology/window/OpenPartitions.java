package io.tracetide.processor.topology.window;

import io.tracetide.processor.window.OpenWindows;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open windows of the partitions that this process aggregates, for queries. */
public final class OpenPartitions {

  private final Map<Integer, OpenWindows> partitions = new ConcurrentHashMap<>();

  void opened(int partition, OpenWindows windows) {
    partitions.put(partition, windows);
  }

  /** Removes a partition, unless it has been opened again with other windows. */
  void closed(int partition, OpenWindows windows) {
    partitions.remove(partition, windows);
  }

  /** Open windows of a partition; null when this process does not aggregate it now. */
  public @Nullable OpenWindows of(int partition) {
    return partitions.get(partition);
  }
}
