package io.tracetide.alert;

import io.tracetide.alert.topology.AlertTopology;
import io.tracetide.schemas.size.BoundedProducer;
import io.tracetide.schemas.size.CuttingDeserializer;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** Kafka clients of the sink, which read and write no record that is larger than any may be. */
final class SinkClients implements KafkaClientSupplier {

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
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new BoundedProducer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return consumer(config, CuttingDeserializer.ofValues(AlertTopology.MAX_ANOMALY_BYTES));
  }

  /** State is ours, and is read as it was written. */
  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }
}
