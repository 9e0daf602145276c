package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.AnomalyExemplars;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.incident.IncidentStores;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.schemas.Anomaly;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Stores, counts and passes on the anomalies of one detector. */
final class AnomalyPublisher {

  private final OpenAnomalies anomalies;
  private final ProcessorMetrics metrics;
  private final Consumer<Anomaly> output;

  AnomalyPublisher(
      ProcessorContext<?, ?> context, ProcessorMetrics metrics, Consumer<Anomaly> output) {
    KeyValueStore<String, Anomaly> open = context.getStateStore(AnomalyStores.OPEN);
    ChangelogStart.ensure(open, "");
    this.anomalies = new OpenAnomalies(open, context.getStateStore(IncidentStores.ANOMALIES));
    this.metrics = metrics;
    this.output = output;
  }

  /** A publisher that forwards anomalies, keyed by their fingerprints. */
  static AnomalyPublisher forwarding(
      ProcessorContext<String, Anomaly> context, ProcessorMetrics metrics) {
    return new AnomalyPublisher(
        context,
        metrics,
        anomaly ->
            context.forward(
                new Record<>(
                    anomaly.getFingerprint(), anomaly, anomaly.getWindowEnd().toEpochMilli())));
  }

  /** Publishes the next revision of an anomaly of windows. */
  void publish(Finding finding) {
    publish(finding, null);
  }

  /**
   * Publishes the next revision of an anomaly.
   *
   * @param exemplars traces that broke the rule; null for an anomaly of windows
   */
  void publish(Finding finding, @Nullable AnomalyExemplars exemplars) {
    Anomaly anomaly = anomalies.write(finding, exemplars);
    metrics.published(anomaly);
    output.accept(anomaly);
  }

  /** Whether an open anomaly of the same episode is stored. */
  boolean isPublished(Finding finding) {
    return anomalies.contains(finding);
  }
}
