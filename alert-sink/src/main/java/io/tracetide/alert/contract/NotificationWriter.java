package io.tracetide.alert.contract;

import io.tracetide.alert.decision.NotificationIntent;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes notifications as records of their contract. */
public final class NotificationWriter {

  /** Bytes of the alerts of a notification, roughly; a record may have 1,000,000. */
  private static final int MAX_BYTES = 700_000;

  /** Key of a notification in its topic; notifications with the same key keep their order. */
  public static String key(NotificationIntent notify) {
    return keyPrefix(notify.integration()) + notify.group().key();
  }

  /** Prefix of the keys of all notifications of a receiver. */
  public static String keyPrefix(String receiver) {
    return receiver + "|";
  }

  /** The receiver in the key of a notification; empty if the key has none. */
  public static Optional<String> receiver(String key) {
    int end = key.indexOf('|');
    return end < 0 ? Optional.empty() : Optional.of(key.substring(0, end));
  }

  /**
   * The notification that was decided.
   *
   * @param anomalies the newest anomaly of an alert by its fingerprint
   */
  public static Notification notification(
      NotificationIntent notify, Function<String, @Nullable Sized> anomalies) {
    List<Alert> alerts = new ArrayList<>();
    int bytes = 0;
    for (TrackedAlert tracked : notify.alerts()) {
      @Nullable Sized anomaly = anomalies.apply(tracked.fingerprint());
      int size = size(tracked) + (anomaly == null ? 0 : anomaly.bytes());
      boolean fits = bytes + size <= MAX_BYTES;
      if (!fits && anomaly != null && alerts.isEmpty()) {
        anomaly = null;
        fits = true;
      }
      if (!fits || alerts.size() == NotificationIntent.MAX_SHOWN) {
        break;
      }
      bytes += size;
      alerts.add(alert(tracked, anomaly == null ? null : anomaly.anomaly()));
    }
    return Notification.newBuilder()
        .setTenantId(notify.tenant())
        .setNotificationId(notify.id())
        .setReceiver(notify.integration())
        .setGroupKey(notify.group().key())
        .setSequence(notify.sequence())
        .setStatus(AlertStatus.valueOf(notify.status().name()))
        .setReason(NotificationReason.valueOf(notify.reason().name()))
        .setDecidedAt(notify.decidedAt())
        .setAlerts(alerts)
        .setGroupLabels(notify.group().labels())
        .setOmittedAlerts(notify.alerts().size() - alerts.size())
        .build();
  }

  /**
   * An anomaly and its size.
   *
   * @param bytes encoded
   */
  public record Sized(Anomaly anomaly, int bytes) {}

  /** An alert as in a notification. */
  public static Alert alert(TrackedAlert tracked, @Nullable Anomaly anomaly) {
    Alert.Builder alert =
        Alert.newBuilder()
            .setFingerprint(tracked.fingerprint())
            .setStatus(tracked.isFiring() ? AlertStatus.FIRING : AlertStatus.RESOLVED)
            .setStartsAt(tracked.times().startsAt())
            .setLabels(tracked.labels())
            .setAnnotations(tracked.content().annotations())
            .setGeneratorUrl(tracked.content().generatorUrl())
            .setAnomaly(anomaly);
    if (!tracked.isFiring()) {
      @Nullable Instant endsAt = tracked.times().endsAt();
      alert.setEndsAt(endsAt == null ? tracked.times().updatedAt() : endsAt);
    }
    if (tracked.acknowledgement() != null) {
      alert.setAcknowledgedBy(tracked.acknowledgement().by());
    }
    return alert.build();
  }

  private static int size(TrackedAlert alert) {
    int characters = alert.content().generatorUrl().length();
    for (var texts : List.of(alert.labels(), alert.content().annotations())) {
      for (var text : texts.entrySet()) {
        characters += text.getKey().length() + text.getValue().length();
      }
    }
    return 3 * characters + 200;
  }

  private NotificationWriter() {}
}
