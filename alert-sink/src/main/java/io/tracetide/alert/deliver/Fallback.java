package io.tracetide.alert.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.alert.contract.NotificationWriter;
import io.tracetide.alert.message.MessageBuilder;
import io.tracetide.alert.route.GroupKey;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.size.RecordLimits;
import io.tracetide.schemas.topic.Topics;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes notifications for the fallback receiver: those that another receiver finally did not get,
 * and alerts about receivers that are broken and about a configuration that is invalid. Nothing
 * that is addressed to the fallback receiver or was written here leads to another one.
 */
final class Fallback {
  private static final String DEFAULT_TENANT = "default";

  private final List<String> integrations;
  private final AvroEncoder<Notification> encoder;
  private final Clock clock;

  /**
   * Writes to a receiver.
   *
   * @param integrations names of its integrations; empty without a fallback receiver
   */
  Fallback(List<String> integrations, AvroEncoder<Notification> encoder, Clock clock) {
    this.integrations = List.copyOf(integrations);
    this.encoder = encoder;
    this.clock = clock;
  }

  /** Whether there is another receiver for what this one does not get. */
  boolean isFor(String receiver) {
    return !integrations.isEmpty() && !integrations.contains(receiver);
  }

  /**
   * The records for a notification that was not delivered. Their ids depend on its id only, so that
   * a repetition after a crash is known to be one.
   *
   * @param why why it was not delivered, without secrets
   */
  List<ProducerRecord<byte[], byte[]>> undelivered(Notification notification, String why) {
    if (!isFor(notification.getReceiver())
        || notification.getReason() == NotificationReason.DELIVERY_FAILED) {
      return List.of();
    }
    String failure = "not delivered to " + notification.getReceiver() + " (" + why + ")";
    List<Alert> alerts =
        notification.getAlerts().stream()
            .map(alert -> annotated(alert, MessageBuilder.DELIVERY_FAILURE, failure))
            .toList();
    return integrations.stream()
        .map(
            integration ->
                record(
                    Notification.newBuilder(notification)
                        .setNotificationId(
                            id("undelivered", integration, notification.getNotificationId()))
                        .setReceiver(integration)
                        .setGroupKey(
                            "undelivered:"
                                + notification.getReceiver()
                                + ":"
                                + notification.getGroupKey())
                        .setReason(NotificationReason.DELIVERY_FAILED)
                        .setDecidedAt(clock.instant())
                        .setAlerts(alerts)
                        .build()))
        .toList();
  }

  /**
   * The records for an alert about a receiver.
   *
   * @param receiver the receiver that fails or has recovered
   * @param since its first failure
   * @param status RESOLVED when it has recovered
   * @param summary one sentence, without secrets
   */
  List<ProducerRecord<byte[], byte[]>> broken(
      String receiver, Instant since, AlertStatus status, String summary) {
    SortedMap<String, String> group =
        new TreeMap<>(Map.of("alertname", "ReceiverBroken", "receiver", receiver));
    return alert("broken", receiver, group, new State(since, status, summary), integrations);
  }

  /**
   * The records for an alert about the configuration.
   *
   * @param instance name of the sink's instance; empty for none
   * @param since when the problem was found
   * @param status RESOLVED when the configuration is valid again
   * @param summary one sentence, without secrets
   * @param receivers the integrations that are notified
   */
  List<ProducerRecord<byte[], byte[]>> configuration(
      String instance, Instant since, AlertStatus status, String summary, List<String> receivers) {
    SortedMap<String, String> group = new TreeMap<>(Map.of("alertname", "ConfigurationInvalid"));
    if (!instance.isEmpty()) {
      group.put("instance", instance);
    }
    return alert("configuration", instance, group, new State(since, status, summary), receivers);
  }

  /** The integrations of the fallback receiver. */
  List<String> integrations() {
    return integrations;
  }

  private record State(Instant since, AlertStatus status, String summary) {}

  /** The records for an alert about the sink itself. */
  private List<ProducerRecord<byte[], byte[]>> alert(
      String kind,
      String subject,
      SortedMap<String, String> group,
      State state,
      List<String> receivers) {
    boolean firing = state.status() == AlertStatus.FIRING;
    Instant now = clock.instant();
    Map<String, String> labels = new HashMap<>(group);
    labels.put("severity", "high");
    labels.put("tenant", DEFAULT_TENANT);
    Alert.Builder alert =
        Alert.newBuilder()
            .setFingerprint(id(kind, subject).substring(0, 16))
            .setStatus(state.status())
            .setStartsAt(state.since())
            .setLabels(labels)
            .setAnnotations(Map.of("summary", state.summary()));
    if (!firing) {
      alert.setEndsAt(now);
    }
    return receivers.stream()
        .map(
            integration ->
                record(
                    Notification.newBuilder()
                        .setTenantId(DEFAULT_TENANT)
                        .setNotificationId(
                            id(
                                kind,
                                integration,
                                subject,
                                state.since().toString(),
                                state.status().name()))
                        .setReceiver(integration)
                        .setGroupKey(GroupKey.text(group))
                        .setSequence(now.toEpochMilli())
                        .setStatus(state.status())
                        .setReason(
                            firing
                                ? NotificationReason.FIRST_NOTIFICATION
                                : NotificationReason.ALL_ALERTS_RESOLVED)
                        .setDecidedAt(now)
                        .setAlerts(List.of(alert.build()))
                        .setGroupLabels(group)
                        .build()))
        .toList();
  }

  /** For example {@code 5 min}. */
  static String text(Duration duration) {
    return duration.toMinutes() >= 1 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
  }

  /** The record, with fewer alerts if it would be too large with the reason. */
  private ProducerRecord<byte[], byte[]> record(Notification notification) {
    Notification fitting = notification;
    byte[] value = encoder.encode(fitting);
    while (value.length > RecordLimits.VALUE_BYTES && !fitting.getAlerts().isEmpty()) {
      List<Alert> alerts = fitting.getAlerts();
      List<Alert> first = List.copyOf(alerts.subList(0, alerts.size() / 2));
      fitting =
          Notification.newBuilder(fitting)
              .setAlerts(first)
              .setOmittedAlerts(fitting.getOmittedAlerts() + alerts.size() - first.size())
              .build();
      value = encoder.encode(fitting);
    }
    String key = NotificationWriter.keyPrefix(fitting.getReceiver()) + fitting.getGroupKey();
    return new ProducerRecord<>(Topics.NOTIFICATIONS, key.getBytes(UTF_8), value);
  }

  private static Alert annotated(Alert alert, String name, String value) {
    Map<String, String> annotations = new HashMap<>(alert.getAnnotations());
    annotations.put(name, value);
    return Alert.newBuilder(alert).setAnnotations(annotations).build();
  }

  private static String id(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        digest.update(part.getBytes(UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
