package io.tracetide.standalone.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.Guarantees;
import io.tracetide.runtime.kafka.delivery.Delivery;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.size.BoundedProducer;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.notification.RetainedNotifications.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Writes dead letters to {@code notifications} again, with a header that marks the replay. */
public final class NotificationReplay implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final Map<String, NotificationOutcome> outcomes;
  private final Map<String, Instant> replays;
  private final Instant now;

  /**
   * Opens a producer.
   *
   * @param patience how long Kafka may take to answer
   * @param outcomes newest outcome of each notification
   * @param replays newest replay of each notification
   */
  public NotificationReplay(
      KafkaConfig kafka,
      Duration patience,
      Map<String, NotificationOutcome> outcomes,
      Map<String, Instant> replays,
      Instant now) {
    int timeout = Math.toIntExact(patience.toMillis());
    this.producer =
        new BoundedProducer(
            Guarantees.requireDurable(
                    ClientProperties.of(kafka)
                        .preset(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout)
                        .preset(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout)
                        .preset(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout + 1_000)
                        .preset(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RecordLimits.REQUEST_BYTES),
                    "the replay of notifications")
                .toMap());
    this.outcomes = Map.copyOf(outcomes);
    this.replays = Map.copyOf(replays);
    this.now = now;
  }

  /** Why a dead letter is not to be replayed; empty if nothing speaks against it. */
  public Optional<String> objection(DeadLetter letter) {
    String id = letter.notification().getNotificationId();
    @Nullable NotificationOutcome outcome = outcomes.get(id);
    @Nullable Instant replayed = replays.get(id);
    if (outcome != null && outcome.getStatus() == DeliveryStatus.DELIVERED) {
      return Optional.of("it was delivered at " + outcome.getCompletedAt());
    }
    if (outcome != null && outcome.getStatus() == DeliveryStatus.SUPERSEDED) {
      return Optional.of("a newer state of its group was delivered");
    }
    boolean pending =
        replayed != null && (outcome == null || outcome.getCompletedAt().isBefore(replayed));
    return pending
        ? Optional.of("it was replayed at " + replayed + " and has no outcome since")
        : Optional.empty();
  }

  /**
   * Writes the notification and waits for Kafka.
   *
   * @throws EnvironmentException when Kafka does not acknowledge it
   */
  public void replay(DeadLetter letter) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(Delivery.REPLAYED_AT, now.toString().getBytes(UTF_8));
    try {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.NOTIFICATIONS, null, letter.key(), letter.value(), headers))
          .get();
    } catch (ExecutionException | KafkaException e) {
      throw new EnvironmentException(
          "Kafka did not accept notification %s (%s)"
              .formatted(letter.notification().getNotificationId(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("interrupted", e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
