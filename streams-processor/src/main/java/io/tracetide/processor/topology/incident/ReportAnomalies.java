package io.tracetide.processor.topology.incident;

import io.tracetide.schemas.Anomaly;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Forwards each anomaly as a report with its tenant as the key. */
public final class ReportAnomalies implements Processor<String, Anomaly, byte[], TenantReport> {

  private ProcessorContext<byte[], TenantReport> context;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public ReportAnomalies() {}

  @Override
  public void init(ProcessorContext<byte[], TenantReport> context) {
    this.context = context;
  }

  @Override
  public void process(Record<String, Anomaly> record) {
    Anomaly anomaly = record.value();
    context.forward(TenantReport.record(anomaly.getTenantId(), List.of(anomaly)));
  }
}
