package io.tracetide.alert;

import io.tracetide.alert.topology.AlertTopology;
import io.tracetide.runtime.kafka.streams.BoundedClients;
import io.tracetide.schemas.size.CuttingDeserializer;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Kafka clients of the sink, which read and write no record that is larger than any may be. */
final class SinkClients extends BoundedClients {

  /** For reading what anybody may have written. */
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
