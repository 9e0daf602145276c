package io.tracetide.standalone.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.kafka.delivery.Delivery;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.retained.RetainedRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Kafka retains of notifications: outcomes, dead letters and the notifications
 * themselves. It uses no consumer group. Records that cannot be decoded are left out.
 */
public final class RetainedNotifications {
  private final KafkaConfig kafka;
  private final Duration patience;
  private final AvroDecoder<NotificationOutcome> outcomes;
  private final AvroDecoder<Notification> notifications;

  /**
   * Reads nothing yet.
   *
   * @param patience how long Kafka may take to answer
   */
  public RetainedNotifications(KafkaConfig kafka, SchemaRegistry registry, Duration patience) {
    this.kafka = kafka;
    this.patience = patience;
    this.outcomes = new AvroDecoder<>(registry, NotificationOutcome.class);
    this.notifications = new AvroDecoder<>(registry, Notification.class);
  }

  /**
   * The newest outcome of each notification by its id.
   *
   * @param since oldest time of writing; empty for all
   * @throws EnvironmentException when Kafka or the registry are unavailable
   */
  public Map<String, NotificationOutcome> outcomes(
      Optional<Instant> since, Predicate<NotificationOutcome> wanted) {
    Map<String, NotificationOutcome> newest = new LinkedHashMap<>();
    read(
        Topics.NOTIFICATION_LOG,
        since,
        outcomes,
        (record, outcome) -> {
          newest.remove(outcome.getNotificationId());
          if (wanted.test(outcome)) {
            newest.put(outcome.getNotificationId(), outcome);
          }
        });
    return newest;
  }

  /**
   * The newest dead letter of each notification by its id.
   *
   * @param since oldest time of the dead letter; empty for all
   * @throws EnvironmentException when Kafka or the registry are unavailable
   */
  public Map<String, DeadLetter> deadLetters(
      Optional<Instant> since, Predicate<Notification> wanted) {
    Map<String, DeadLetter> newest = new LinkedHashMap<>();
    read(
        Topics.NOTIFICATIONS_DEAD_LETTER,
        since,
        notifications,
        (record, notification) -> {
          if (wanted.test(notification)) {
            newest.put(
                notification.getNotificationId(),
                new DeadLetter(
                    notification,
                    record.partition(),
                    record.offset(),
                    Instant.ofEpochMilli(record.timestamp()),
                    header(record, "reason"),
                    record.key() == null ? new byte[0] : record.key(),
                    record.value()));
          }
        });
    return newest;
  }

  /**
   * The notification with this id, if it is retained.
   *
   * @throws EnvironmentException when Kafka or the registry are unavailable
   */
  public Optional<Notification> find(String id) {
    Map<String, Notification> found = new HashMap<>();
    read(
        Topics.NOTIFICATIONS,
        Optional.empty(),
        notifications,
        (record, notification) -> {
          if (notification.getNotificationId().equals(id)) {
            found.put(id, notification);
          }
        });
    return Optional.ofNullable(found.get(id));
  }

  /**
   * The time of the newest replay of each notification that was replayed, by its id.
   *
   * @throws EnvironmentException when Kafka or the registry are unavailable
   */
  public Map<String, Instant> replays() {
    Map<String, Instant> times = new HashMap<>();
    read(
        Topics.NOTIFICATIONS,
        Optional.empty(),
        notifications,
        (record, notification) -> {
          if (record.headers().lastHeader(Delivery.REPLAYED_AT) != null) {
            times.put(notification.getNotificationId(), Instant.ofEpochMilli(record.timestamp()));
          }
        });
    return times;
  }

  private <T extends org.apache.avro.specific.SpecificRecord> void read(
      String topic, Optional<Instant> since, AvroDecoder<T> decoder, Reader<T> reader) {
    try (RetainedRecords records =
        RetainedRecords.open(kafka, topic, patience, since, Long.MAX_VALUE)) {
      records.readWhole(record -> decode(record, decoder, reader), done -> {});
    }
  }

  private static <T extends org.apache.avro.specific.SpecificRecord> void decode(
      ConsumerRecord<byte[], byte[]> record, AvroDecoder<T> decoder, Reader<T> reader) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return;
    }
    try {
      reader.read(record, decoder.decode(value));
    } catch (MalformedRecordException | UnknownSchemaException e) {
      // A dead letter may be a record that was never a notification.
      return;
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  private interface Reader<T> {
    void read(ConsumerRecord<byte[], byte[]> record, T value);
  }

  /**
   * A notification that was not delivered.
   *
   * @param writtenAt when it was given up
   * @param reason why, as in the outcome, in lower case
   * @param key key of the record
   * @param value value of the record
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record DeadLetter(
      Notification notification,
      int partition,
      long offset,
      Instant writtenAt,
      String reason,
      byte[] key,
      byte[] value) {}
}
