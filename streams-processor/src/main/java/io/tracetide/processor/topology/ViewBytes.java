package io.tracetide.processor.topology;

import io.tracetide.processor.event.TraceView;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Passes on the bytes that a view holds: a record on its way to another partition. */
final class ViewBytes extends ContextualProcessor<byte[], TraceView, byte[], byte[]> {

  @Override
  public void process(Record<byte[], TraceView> record) {
    context().forward(record.withValue(record.value().bytes()));
  }
}
