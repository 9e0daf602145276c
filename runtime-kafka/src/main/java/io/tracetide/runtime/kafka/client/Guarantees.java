package io.tracetide.runtime.kafka.client;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/** Properties that the guarantees of all roles depend on. */
public final class Guarantees {

  private Guarantees() {}

  /**
   * Requires what a Streams application needs for its processing guarantee and its dead letters.
   *
   * @param guarantee value of {@code processing.guarantee}
   * @param by the configuration key that sets it, or the feature that depends on it
   * @param failures handler of records that cannot be read, processed or sent
   */
  public static ClientProperties require(
      ClientProperties settings, String guarantee, String by, Class<?> failures) {
    settings
        .require(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee, by)
        // A store or topic with a generated name would be orphaned by the next change of topology.
        .require(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true, by);
    for (String handler :
        new String[] {
          StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
          StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
          StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG
        }) {
      settings.require(handler, failures, "the dead letters of " + by);
    }
    settings
        // The string, because Streams logs a warning for a value that differs from its own.
        .requireConsumer(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false", by)
        .requireConsumer(
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class, by)
        .requireConsumer(
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class, by)
        .requireProducer(ProducerConfig.ACKS_CONFIG, "all", by)
        .requireProducer(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true, by)
        .requireProducer(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class, by)
        .requireProducer(
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class, by)
        .forbid(ConsumerConfig.GROUP_ID_CONFIG, by)
        .forbid(ProducerConfig.TRANSACTIONAL_ID_CONFIG, by);
    if (guarantee.equals(StreamsConfig.EXACTLY_ONCE_V2)) {
      settings.requireConsumer(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed", by);
    }
    return settings;
  }

  /** Requires what a producer needs so that an acknowledged record is neither lost nor repeated. */
  public static ClientProperties requireDurable(ClientProperties settings, String by) {
    return settings
        .require(ProducerConfig.ACKS_CONFIG, "all", by)
        .require(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true, by)
        .require(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class, by)
        .require(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class, by)
        .forbid(ProducerConfig.TRANSACTIONAL_ID_CONFIG, by);
  }

  /** Requires what a consumer needs that reads committed records and commits offsets itself. */
  public static ClientProperties requireCommitted(ClientProperties settings, String by) {
    return settings
        .require(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false, by)
        .require(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed", by)
        .require(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest", by)
        .require(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class, by)
        .require(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class, by);
  }
}
