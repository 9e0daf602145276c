package io.tracetide.processor.topology.commit;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** A child processor that gives one of several outputs of a processor a name. */
public final class PassOn extends ContextualProcessor<byte[], byte[], byte[], byte[]> {

  @Override
  public void process(Record<byte[], byte[]> record) {
    context().forward(record);
  }
}
