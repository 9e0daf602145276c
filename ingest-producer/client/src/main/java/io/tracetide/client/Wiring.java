package io.tracetide.client;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * External dependencies of an emitter.
 *
 * @param connect creates the Kafka producer
 * @param serializer creates a serializer; every topic has its own
 */
record Wiring(
    Supplier<Producer<byte[], byte[]>> connect, Supplier<Serializer<SpecificRecord>> serializer) {

  static Wiring of(EmitterSettings settings) {
    return new Wiring(
        () ->
            new KafkaProducer<>(
                Map.<String, Object>copyOf(settings.kafka()),
                new ByteArraySerializer(),
                new ByteArraySerializer()),
        () -> Serializers.create(settings.valueSerializer(), settings.serializer()));
  }
}
