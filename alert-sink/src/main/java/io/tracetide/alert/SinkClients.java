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

/** Kafka clients of the sink, which limit the size of records that are read and written. */
final class SinkClients implements KafkaClientSupplier {

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

  /** Changelogs have records of this application only, so they are read without limits. */
  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }
}
