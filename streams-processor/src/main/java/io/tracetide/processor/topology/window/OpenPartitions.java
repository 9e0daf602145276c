package io.tracetide.processor.topology.window;

import io.tracetide.processor.change.LocalChanges;
import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.TaskChanges;
import io.tracetide.processor.detection.progress.DetectionProgress;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.StoredServices;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is kept in memory of the partitions that this process aggregates, for queries and changes:
 * their open windows, and the progress of their detectors.
 */
public final class OpenPartitions {

  /** Series of a partition that are read at a time, while its task waits. */
  private static final int MOST_AT_A_TIME = 5_000;

  private final Map<Integer, OpenWindows> partitions = new ConcurrentHashMap<>();
  private final Map<Integer, StoredServices> services = new ConcurrentHashMap<>();
  private final LocalChanges changes;
  private final DetectionProgress progress = new DetectionProgress();

  /** Whether changes were wanted the last time; for the thread that reads them. */
  private boolean followed;

  /** Without listeners to changes. */
  public OpenPartitions() {
    this(new LocalChanges());
  }

  /** Reports the changes of the partitions. */
  public OpenPartitions(LocalChanges changes) {
    this.changes = changes;
  }

  void opened(int partition, OpenWindows windows, StoredServices stored) {
    services.put(partition, stored);
    partitions.put(partition, windows);
    changes.reassigned();
  }

  /** Removes a partition, unless it has been opened again with other windows. */
  void closed(int partition, OpenWindows windows) {
    if (partitions.remove(partition, windows)) {
      changes.reassigned();
    }
  }

  /** Services in the stores of a partition; null when this process has not aggregated it. */
  public @Nullable StoredServices services(int partition) {
    return services.get(partition);
  }

  /** How much the detectors know. */
  public DetectionProgress progress() {
    return progress;
  }

  /** Changes of the task of a partition. */
  public TaskChanges changes(int partition) {
    return changes.ofAggregation(partition);
  }

  /**
   * Passes on the open windows that have new counts since the last call. Their counts are those of
   * committed partial counts, so no abort takes them back.
   *
   * @param base tier of the open windows
   */
  public void changed(WindowTier base, Consumer<StateChange> reader) {
    boolean wanted = changes.wants(StateChange.Kind.WINDOWS);
    if (!wanted && !followed) {
      return;
    }
    followed = wanted;
    for (OpenWindows windows : partitions.values()) {
      windows.follow(wanted);
      if (wanted) {
        windows.takeTouched(
            base,
            MOST_AT_A_TIME,
            (series, startMs, counts, closedUpToMs) ->
                reader.accept(new StateChange.OfWindow(series, startMs, closedUpToMs, counts)));
      }
    }
  }

  /** Open windows of a partition; null when this process does not aggregate it now. */
  public @Nullable OpenWindows of(int partition) {
    return partitions.get(partition);
  }
}
