package io.tracetide.processor.detection.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Progress of the detectors of this process, by partition, for queries. Thread-safe. */
public final class DetectionProgress {

  private final Map<Integer, Map<String, PartitionProgress>> partitions = new ConcurrentHashMap<>();

  /**
   * The progress of the detectors of one node of the topology in one partition. Used by the thread
   * of the task.
   */
  public final class Node implements AutoCloseable {

    /** A query may get a progress that is so much older. */
    private static final long BETWEEN_MS = 1_000;

    private final int partition;
    private final String name;
    private long updatedMs = Long.MIN_VALUE;

    private Node(int partition, String name) {
      this.partition = partition;
      this.name = name;
    }

    /** Replaces the progress, unless that was done less than a second ago. */
    public void update(long nowMs, Supplier<PartitionProgress> progress) {
      if (updatedMs != Long.MIN_VALUE && nowMs - updatedMs < BETWEEN_MS) {
        return;
      }
      updatedMs = nowMs;
      nodes().put(name, progress.get());
    }

    /** Removes the progress: the task has ended or was moved to another instance. */
    @Override
    public void close() {
      nodes().remove(name);
    }

    private Map<String, PartitionProgress> nodes() {
      return partitions.computeIfAbsent(partition, unknown -> new ConcurrentHashMap<>());
    }
  }

  /** Begins to report the progress of a node. */
  public Node node(int partition, String name) {
    return new Node(partition, name);
  }

  /** The progress of all nodes of a partition. */
  public PartitionProgress of(int partition) {
    List<SeriesProgress> series = new ArrayList<>();
    List<CalibrationProgress> calibrations = new ArrayList<>();
    for (PartitionProgress node : partitions.getOrDefault(partition, Map.of()).values()) {
      series.addAll(node.series());
      calibrations.addAll(node.calibrations());
    }
    return new PartitionProgress(series, calibrations);
  }
}
