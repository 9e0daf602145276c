package io.tracetide.alert.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.runtime.kafka.deadletter.DeadLetters;
import io.tracetide.runtime.kafka.delivery.Delivery;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what became of deliveries: outcomes, states, and dead letters of notifications that could
 * not be delivered.
 */
final class OutcomeLog {
  private static final Logger log = LoggerFactory.getLogger(OutcomeLog.class);

  private final Producer<byte[], byte[]> producer;
  private final AvroEncoder<NotificationOutcome> encoder;

  OutcomeLog(Producer<byte[], byte[]> producer, AvroEncoder<NotificationOutcome> encoder) {
    this.producer = producer;
    this.encoder = encoder;
  }

  /** The record of an outcome. */
  ProducerRecord<byte[], byte[]> record(NotificationOutcome outcome) {
    return new ProducerRecord<>(
        Topics.NOTIFICATION_LOG,
        outcome.getNotificationId().getBytes(UTF_8),
        encoder.encode(outcome));
  }

  /** The dead letter of a delivery. */
  static ProducerRecord<byte[], byte[]> letter(Delivery delivery, String reason) {
    return new ProducerRecord<>(
        Topics.NOTIFICATIONS_DEAD_LETTER,
        null,
        delivery.lane().getBytes(UTF_8),
        delivery.value(),
        DeadLetters.headers(
            reason,
            null,
            delivery.partition().topic(),
            delivery.partition().partition(),
            delivery.offset(),
            delivery.cut()));
  }

  /** Writes records; true when Kafka has acknowledged all of them. */
  boolean write(Supplier<List<ProducerRecord<byte[], byte[]>>> records)
      throws InterruptedException {
    try {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (ProducerRecord<byte[], byte[]> record : records.get()) {
        sent.add(producer.send(record));
      }
      for (Future<RecordMetadata> acknowledgement : sent) {
        await(acknowledgement);
      }
      return true;
    } catch (ExecutionException e) {
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

  private static void await(Future<RecordMetadata> acknowledgement)
      throws ExecutionException, InterruptedException {
    try {
      acknowledgement.get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof RecordTooLargeException)) {
        throw e;
      }
      // It would be too large at every attempt and would block the receiver.
      log.error("outcome lost, it is too large", e);
    }
  }
}
