package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.AnomalyExemplars;
import io.tracetide.processor.anomaly.AnomalyRevision;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The latest revisions of open anomalies, in {@link AnomalyStores#OPEN}. */
final class OpenAnomalies {

  private final KeyValueStore<String, Anomaly> open;
  private final KeyValueStore<String, Anomaly> published;

  /**
   * Reads and writes the anomalies of a partition.
   *
   * @param published anomalies that earlier builds wrote in the partition of their service, and
   *     those of the tenants of this partition
   */
  OpenAnomalies(KeyValueStore<String, Anomaly> open, KeyValueStore<String, Anomaly> published) {
    this.open = open;
    this.published = published;
  }

  /**
   * Stores the next revision of an anomaly, and returns it.
   *
   * @param exemplars traces that broke the rule; null for an anomaly of windows
   */
  Anomaly write(Finding finding, @Nullable AnomalyExemplars exemplars) {
    String id = finding.anomalyId();
    Anomaly anomaly = AnomalyRevision.of(finding, latest(id), exemplars);
    if (ofEarlierBuild(id) != null) {
      // The next revision is stored in the partition of the tenant.
      published.delete(id);
    }
    if (anomaly.getState() == AnomalyState.OPEN) {
      open.put(id, anomaly);
    } else if (open.get(id) != null) {
      open.delete(id);
    }
    return anomaly;
  }

  /** Whether an open anomaly of the same episode is stored. */
  boolean contains(Finding finding) {
    return latest(finding.anomalyId()) != null;
  }

  private @Nullable Anomaly latest(String id) {
    Anomaly known = open.get(id);
    return known == null ? ofEarlierBuild(id) : known;
  }

  private @Nullable Anomaly ofEarlierBuild(String id) {
    Anomaly known = published.get(id);
    return known == null || known.getIncident() != null ? null : known;
  }
}
