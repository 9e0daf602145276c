package io.tracetide.processor.topology;

import io.tracetide.processor.event.TraceView;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Passes on the bytes of events on their way to another partition. */
final class PassOnAsArrived
    extends ContextualProcessor<byte[], Validated<TraceView>, byte[], byte[]> {

  @Override
  public void process(Record<byte[], Validated<TraceView>> record) {
    if (record.value() instanceof Validated.AsArrived<TraceView> arrived) {
      context().forward(record.withValue(arrived.bytes()));
    }
  }
}
