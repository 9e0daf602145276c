package io.tracetide.client;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record of Kafka.
 *
 * @param events in it
 */
record Outgoing(ProducerRecord<byte[], byte[]> record, List<EncodedEvent> events) {

  /** An event as a record of its own. */
  static Outgoing single(String topic, EncodedEvent event) {
    return new Outgoing(
        new ProducerRecord<>(topic, null, event.timestamp(), event.key(), event.value()),
        List.of(event));
  }

  boolean isBatch() {
    return events.size() > 1;
  }
}
