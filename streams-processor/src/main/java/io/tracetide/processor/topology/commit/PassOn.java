package io.tracetide.processor.topology.commit;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** A named child for one of several outputs of a processor, which forwards it by this name. */
public final class PassOn extends ContextualProcessor<byte[], byte[], byte[], byte[]> {

  @Override
  public void process(Record<byte[], byte[]> record) {
    context().forward(record);
  }
}
