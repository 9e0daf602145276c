package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.TaskChanges;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.schemas.Anomaly;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Reports the published anomalies of a partition to live queries, once they are committed. */
final class FeedAnomalies implements Processor<String, Anomaly, Void, Void> {

  private final OpenPartitions partitions;
  private TaskChanges changes;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  FeedAnomalies(OpenPartitions partitions) {
    this.partitions = partitions;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    changes = partitions.changes(context.taskId().partition());
  }

  @Override
  public void process(Record<String, Anomaly> record) {
    if (changes.wants(StateChange.Kind.ANOMALIES)) {
      changes.add(new StateChange.OfAnomaly(record.value()));
    }
  }
}
