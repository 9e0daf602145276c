package io.tracetide.alert;

import io.tracetide.alert.topology.AlertTopology;
import io.tracetide.runtime.kafka.streams.BoundedClients;
import io.tracetide.schemas.size.CuttingDeserializer;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Kafka clients of the sink, which limit the size of records that are read and written. */
final class SinkClients extends BoundedClients {

  /** A consumer of topics that other clients may write. */
  static Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    return consumer(settings, CuttingDeserializer.ofValues());
  }

  private static Consumer<byte[], byte[]> consumer(
      Map<String, Object> settings, CuttingDeserializer values) {
    return new KafkaConsumer<>(
        settings, CuttingDeserializer.ofKeys().toArrays(), values.toArrays());
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return consumer(config, CuttingDeserializer.ofValues(AlertTopology.MAX_ANOMALY_BYTES));
  }
}
