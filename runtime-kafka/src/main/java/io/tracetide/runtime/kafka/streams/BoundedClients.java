package io.tracetide.runtime.kafka.streams;

import io.tracetide.schemas.size.BoundedProducer;
import io.tracetide.schemas.size.CuttingDeserializer;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka clients for Streams whose producer refuses records that are too large. Changelogs are
 * written by the application alone and read without a limit.
 */
public abstract class BoundedClients implements KafkaClientSupplier {

  /** A consumer of topics that other clients may write. */
  public static Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    return consumer(settings, CuttingDeserializer.ofValues());
  }

  /** The same with a limit of the values. */
  protected static Consumer<byte[], byte[]> consumer(
      Map<String, Object> settings, CuttingDeserializer values) {
    return new KafkaConsumer<>(
        settings, CuttingDeserializer.ofKeys().toArrays(), values.toArrays());
  }

  @Override
  public final Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public final Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new BoundedProducer(config);
  }

  @Override
  public final Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public final Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }
}
