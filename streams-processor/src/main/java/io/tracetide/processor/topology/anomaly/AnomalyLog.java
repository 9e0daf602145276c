package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The anomalies of one detector in {@link AnomalyStores#ANOMALIES}: all open ones, and the resolved
 * ones within the configured age and number.
 *
 * <p>Resolved anomalies are queued in memory in the order in which they were resolved, so expiry
 * reads only what it deletes. The queue is rebuilt from the store at start.
 */
final class AnomalyLog {

  private final KeyValueStore<String, Anomaly> store;
  private final AnomaliesConfig config;
  private final Deque<Resolved> resolved = new ArrayDeque<>();

  private record Resolved(long atMs, String id) {}

  /**
   * Opens the log.
   *
   * @param detectors names of the detector in its records
   */
  AnomalyLog(
      KeyValueStore<String, Anomaly> store, Set<Detector> detectors, AnomaliesConfig config) {
    this.store = store;
    this.config = config;
    List<Resolved> found = new ArrayList<>();
    try (KeyValueIterator<String, Anomaly> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, Anomaly> next = all.next();
        if (detectors.contains(next.value.getDetector()) && isResolved(next.value)) {
          found.add(resolved(next.value));
        }
      }
    }
    found.sort(Comparator.comparingLong(Resolved::atMs).thenComparing(Resolved::id));
    resolved.addAll(found);
  }

  /** Stores the next revision of an anomaly of windows, and returns it. */
  Anomaly write(Finding finding) {
    return put(finding, null);
  }

  /**
   * Stores the next revision of an anomaly of traces, and returns it.
   *
   * @param exemplars traces that broke the rule
   */
  Anomaly write(Finding finding, AnomalyExemplars exemplars) {
    return put(finding, exemplars);
  }

  private Anomaly put(Finding finding, @Nullable AnomalyExemplars exemplars) {
    Anomaly before = store.get(finding.anomalyId());
    Anomaly anomaly = AnomalyRevision.of(finding, before, exemplars);
    store.put(anomaly.getAnomalyId(), anomaly);
    if (isResolved(anomaly)) {
      resolved.add(resolved(anomaly));
    }
    return anomaly;
  }

  /** Whether an anomaly of the same episode is stored. */
  boolean contains(Finding finding) {
    return store.get(finding.anomalyId()) != null;
  }

  /** Deletes resolved anomalies beyond the configured number, or age at the given event time. */
  void expire(long nowMs) {
    long oldest = nowMs - config.keepResolved().toMillis();
    while (!resolved.isEmpty()
        && (resolved.size() > config.maxResolved() || resolved.peek().atMs() < oldest)) {
      store.delete(resolved.remove().id());
    }
  }

  private static boolean isResolved(Anomaly anomaly) {
    return anomaly.getState() == AnomalyState.RESOLVED;
  }

  private static Resolved resolved(Anomaly anomaly) {
    return new Resolved(anomaly.getUpdatedAt().toEpochMilli(), anomaly.getAnomalyId());
  }
}
