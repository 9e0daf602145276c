package io.tracetide.alert.deliver;

import io.tracetide.runtime.kafka.deadletter.DeadLetters;
import io.tracetide.runtime.kafka.delivery.Delivery;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the outcome of every delivery, and dead letters of notifications that could not be
 * delivered.
 */
final class OutcomeLog {
  private static final Logger log = LoggerFactory.getLogger(OutcomeLog.class);

  private final Producer<byte[], byte[]> producer;
  private final AvroEncoder<NotificationOutcome> encoder;

  OutcomeLog(Producer<byte[], byte[]> producer, AvroEncoder<NotificationOutcome> encoder) {
    this.producer = producer;
    this.encoder = encoder;
  }

  /** Writes the outcome; true when Kafka has acknowledged it. */
  boolean write(NotificationOutcome outcome) throws InterruptedException {
    return acknowledged(() -> List.of(producer.send(record(outcome))));
  }

  /**
   * Writes the outcome and the notification as a dead letter; true when Kafka has acknowledged
   * both.
   */
  boolean write(NotificationOutcome outcome, Delivery undelivered) throws InterruptedException {
    return acknowledged(
        () ->
            List.of(
                producer.send(letter(undelivered, outcome.getReason())),
                producer.send(record(outcome))));
  }

  /**
   * Writes a record that is not a notification as a dead letter; true when Kafka has acknowledged
   * it.
   */
  boolean keep(Delivery malformed, String reason) throws InterruptedException {
    return acknowledged(() -> List.of(producer.send(letter(malformed, reason))));
  }

  private ProducerRecord<byte[], byte[]> record(NotificationOutcome outcome) {
    return new ProducerRecord<>(
        Topics.NOTIFICATION_LOG, utf8(outcome.getNotificationId()), encoder.encode(outcome));
  }

  private static ProducerRecord<byte[], byte[]> letter(Delivery delivery, String reason) {
    return new ProducerRecord<>(
        Topics.NOTIFICATIONS_DEAD_LETTER,
        null,
        utf8(delivery.lane()),
        delivery.value(),
        DeadLetters.headers(
            reason,
            null,
            delivery.partition().topic(),
            delivery.partition().partition(),
            delivery.offset(),
            delivery.cut()));
  }

  private boolean acknowledged(Sends sends) throws InterruptedException {
    try {
      for (Future<RecordMetadata> sent : new ArrayList<>(sends.send())) {
        sent.get();
      }
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RecordTooLargeException) {
        // It would be too large at every attempt and would block the receiver.
        log.error("outcome lost, it is too large", e);
        return true;
      }
      log.warn("outcome not logged, trying again cause={}", String.valueOf(e.getCause()));
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      Thread.interrupted(); // the caller of run restores the interrupt
      throw new InterruptedException(e.getMessage());
    } catch (RegistryUnavailableException e) {
      log.debug("outcome not logged, the schema registry does not answer, trying again");
    } catch (KafkaException e) {
      log.warn("outcome not logged, trying again cause={}", e.toString());
    }
    return false;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private interface Sends {
    List<Future<RecordMetadata>> send();
  }
}
