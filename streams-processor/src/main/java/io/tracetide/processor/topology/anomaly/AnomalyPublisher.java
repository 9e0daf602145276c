package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.schemas.Anomaly;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Stores, counts and forwards the anomalies of one detector. */
final class AnomalyPublisher {

  private final ProcessorContext<String, Anomaly> context;
  private final AnomalyLog anomalies;
  private final ProcessorMetrics metrics;

  AnomalyPublisher(
      ProcessorContext<String, Anomaly> context, AnomalyLog anomalies, ProcessorMetrics metrics) {
    this.context = context;
    this.anomalies = anomalies;
    this.metrics = metrics;
  }

  /** Publishes the next revision of an anomaly of windows. */
  void publish(Finding finding) {
    forward(anomalies.write(finding), finding);
  }

  /**
   * Publishes the next revision of an anomaly of traces.
   *
   * @param exemplars traces that broke the rule
   */
  void publish(Finding finding, AnomalyExemplars exemplars) {
    forward(anomalies.write(finding, exemplars), finding);
  }

  private void forward(Anomaly anomaly, Finding finding) {
    metrics.published(anomaly);
    context.forward(new Record<>(anomaly.getFingerprint(), anomaly, finding.endMs()));
  }

  /** Whether an anomaly of the same episode is stored. */
  boolean isPublished(Finding finding) {
    return anomalies.contains(finding);
  }

  /** Drops resolved anomalies that are older than their retention at the given event time. */
  void expire(long nowMs) {
    anomalies.expire(nowMs);
  }
}
