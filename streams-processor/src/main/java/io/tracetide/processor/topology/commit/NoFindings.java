package io.tracetide.processor.topology.commit;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes an input lead to the topic of findings without having any.
 *
 * <p>Streams gives a topic of its own as many partitions as the largest input that leads to it. Two
 * of them that must agree, because the same partitioner spreads the same services over both, must
 * have the same inputs. No record is forwarded, so it costs nothing.
 */
public final class NoFindings<V> implements Processor<byte[], V, byte[], byte[]> {

  @Override
  public void process(Record<byte[], V> record) {}
}
