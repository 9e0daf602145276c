package io.tracetide.processor.topology.intake;

import io.tracetide.processor.event.TraceView;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Forwards the bytes of events that are sent to another partition. */
public final class PassOnRawRecords
    extends ContextualProcessor<byte[], Validated<TraceView>, byte[], byte[]> {

  @Override
  public void process(Record<byte[], Validated<TraceView>> record) {
    if (record.value() instanceof Validated.RawRecord<TraceView> arrived) {
      context().forward(record.withValue(arrived.bytes()));
    }
  }
}
