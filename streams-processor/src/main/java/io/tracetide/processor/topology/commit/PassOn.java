package io.tracetide.processor.topology.commit;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Gives one of several things that a processor forwards a name, by which it is sent its way. */
public final class PassOn extends ContextualProcessor<byte[], byte[], byte[], byte[]> {

  @Override
  public void process(Record<byte[], byte[]> record) {
    context().forward(record);
  }
}
