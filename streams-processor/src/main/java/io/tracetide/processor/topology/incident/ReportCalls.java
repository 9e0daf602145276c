package io.tracetide.processor.topology.incident;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.incident.CallReport;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Forwards the calls among the findings of traces with their tenant as the key. */
public final class ReportCalls implements Processor<byte[], byte[], byte[], TenantReport> {

  private ProcessorContext<byte[], TenantReport> context;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public ReportCalls() {}

  @Override
  public void init(ProcessorContext<byte[], TenantReport> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (CallReport.isEncoded(record.value())) {
      CallReport calls = CallReport.decode(record.value());
      context.forward(
          new Record<>(
              calls.tenant().getBytes(UTF_8), new TenantReport.Calls(calls), record.timestamp()));
    }
  }
}
