package io.tracetide.processor.topology.incident;

import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The anomalies in {@link IncidentStores#ANOMALIES}: all open ones, and the resolved ones within
 * the configured age and number.
 *
 * <p>Resolved anomalies are queued in memory in the order in which they were resolved, so expiry
 * reads only what it deletes. The queues are rebuilt from the store at start.
 */
final class PublishedAnomalies {

  private final KeyValueStore<String, Anomaly> store;
  private final AnomaliesConfig config;
  private final Map<Detector, Deque<Resolved>> resolved = new EnumMap<>(Detector.class);

  private record Resolved(long atMs, String id) {}

  /**
   * Opens the store.
   *
   * @param reader receives the stored anomalies
   */
  PublishedAnomalies(
      KeyValueStore<String, Anomaly> store, AnomaliesConfig config, Consumer<Anomaly> reader) {
    this.store = store;
    this.config = config;
    List<Anomaly> found = new ArrayList<>();
    try (KeyValueIterator<String, Anomaly> all = store.all()) {
      while (all.hasNext()) {
        Anomaly anomaly = all.next().value;
        reader.accept(anomaly);
        if (isResolved(anomaly)) {
          found.add(anomaly);
        }
      }
    }
    found.sort(Comparator.comparing(Anomaly::getUpdatedAt).thenComparing(Anomaly::getAnomalyId));
    found.forEach(this::queue);
  }

  /** Stores a revision. */
  void put(Anomaly anomaly) {
    store.put(anomaly.getAnomalyId(), anomaly);
    if (isResolved(anomaly)) {
      queue(anomaly);
    }
  }

  /** Deletes resolved anomalies beyond the configured number, or age at the given event time. */
  void expire(long nowMs) {
    long oldest = nowMs - config.keepResolved().toMillis();
    for (Deque<Resolved> queue : resolved.values()) {
      while (!queue.isEmpty()
          && (queue.size() > config.maxResolved() || queue.peek().atMs() < oldest)) {
        deleteResolved(queue.remove().id());
      }
    }
  }

  /** One that was opened again, because feedback no longer holds, is kept. */
  private void deleteResolved(String id) {
    Anomaly anomaly = store.get(id);
    if (anomaly != null && isResolved(anomaly)) {
      store.delete(id);
    }
  }

  /** The latest revision of an anomaly; null if it is not stored. */
  @Nullable Anomaly find(String id) {
    return store.get(id);
  }

  /** Reads the open anomalies that have incidents: the others are of another partition. */
  void forEachOpen(Consumer<Anomaly> reader) {
    List<Anomaly> open = new ArrayList<>();
    try (KeyValueIterator<String, Anomaly> all = store.all()) {
      while (all.hasNext()) {
        Anomaly anomaly = all.next().value;
        if (!isResolved(anomaly) && anomaly.getIncident() != null) {
          open.add(anomaly);
        }
      }
    }
    open.forEach(reader);
  }

  private void queue(Anomaly anomaly) {
    resolved
        .computeIfAbsent(anomaly.getDetector(), detector -> new ArrayDeque<>())
        .add(new Resolved(anomaly.getUpdatedAt().toEpochMilli(), anomaly.getAnomalyId()));
  }

  private static boolean isResolved(Anomaly anomaly) {
    return anomaly.getState() == AnomalyState.RESOLVED;
  }
}
