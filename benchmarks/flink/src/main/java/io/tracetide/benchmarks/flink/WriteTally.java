package io.tracetide.benchmarks.flink;

import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes key and value to a topic unchanged. */
final class WriteTally implements KafkaRecordSerializationSchema<Tuple2<byte[], byte[]>> {

  private static final long serialVersionUID = 1;

  private final String topic;

  WriteTally(String topic) {
    this.topic = topic;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Tuple2<byte[], byte[]> record, KafkaSinkContext context, @Nullable Long timestamp) {
    return new ProducerRecord<>(topic, record.f0, record.f1);
  }
}
