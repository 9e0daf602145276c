package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.detection.evidence.SampleBatch;
import io.tracetide.processor.topology.incident.TenantReport;
import io.tracetide.processor.topology.incident.TenantReportSerde;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends the anomalies of rules, metrics and outlier engines to the partitions of their tenants, in
 * one order with the samples of the windows, so that they are linked to incidents with those of
 * detection by evidence in the same order in each run.
 */
final class ReportWindowAnomalies implements Processor<String, Anomaly, byte[], byte[]> {

  private final TenantReportSerde format;
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  ReportWindowAnomalies(SchemaRegistry registry) {
    this.format = new TenantReportSerde(registry);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void process(Record<String, Anomaly> record) {
    Anomaly anomaly = record.value();
    SampleBatch report =
        SampleBatch.report(
            anomaly.getTenantId(),
            context.taskId().partition(),
            format.encode(new TenantReport.Anomalies(List.of(anomaly))));
    context.forward(
        new Record<>(
            anomaly.getTenantId().getBytes(UTF_8),
            report.encode(),
            anomaly.getWindowEnd().toEpochMilli()));
  }
}
