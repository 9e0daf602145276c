package io.tracetide.processor.topology.commit;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Connects an input to the topic of findings without forwarding records.
 *
 * <p>Kafka Streams gives a repartition topic as many partitions as its largest input has. Two of
 * these topics must have the same number, because one partitioner distributes services over both,
 * so they must have the same inputs.
 */
public final class NoFindings<V> implements Processor<byte[], V, byte[], byte[]> {

  @Override
  public void process(Record<byte[], V> record) {}
}
