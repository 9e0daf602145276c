package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.AnomaliesConfig;
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
 * One finder's part of {@link AnomalyStores#ANOMALIES}: it keeps open anomalies, and resolved ones
 * for as long and as many as configured.
 *
 * <p>Which to drop next stands in a queue in memory, in the order in which they were resolved, so
 * expiry touches what it drops and nothing else. The queue is made anew at start from the store,
 * which is bounded.
 */
final class AnomalyLog {

  private final KeyValueStore<String, Anomaly> store;
  private final AnomaliesConfig config;
  private final Deque<Resolved> resolved = new ArrayDeque<>();

  private record Resolved(long atMs, String id) {}

  /**
   * Opens the log.
   *
   * @param detectors those that write to it
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

  /** Keeps what was found of windows, and answers the record of it. */
  Anomaly write(AnomalyRecord found) {
    return keep(found, null);
  }

  /**
   * Keeps what was found of traces, and answers the record of it.
   *
   * @param witnesses traces that broke the rule
   */
  Anomaly write(AnomalyRecord found, AnomalyExemplars witnesses) {
    return keep(found, witnesses);
  }

  private Anomaly keep(AnomalyRecord found, @Nullable AnomalyExemplars witnesses) {
    Anomaly before = store.get(found.anomalyId());
    Anomaly anomaly = found.toAnomaly(before, witnesses);
    store.put(anomaly.getAnomalyId(), anomaly);
    if (isResolved(anomaly)) {
      resolved.add(resolved(anomaly));
    }
    return anomaly;
  }

  /** Whether there is a record about the same episode. */
  boolean knows(AnomalyRecord found) {
    return store.get(found.anomalyId()) != null;
  }

  /** Drops what is too old at the given event time, or too much. */
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
