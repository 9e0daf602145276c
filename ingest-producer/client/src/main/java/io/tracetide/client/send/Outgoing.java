package io.tracetide.client.send;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record of Kafka.
 *
 * @param events in it
 */
public record Outgoing(ProducerRecord<byte[], byte[]> record, List<SentEvent> events) {

  /** An event as a record of its own. */
  public static Outgoing single(String topic, SentEvent event) {
    return new Outgoing(
        new ProducerRecord<>(topic, null, event.timestamp(), event.key(), event.value()),
        List.of(event));
  }

  public boolean isBatch() {
    return events.size() > 1;
  }
}
