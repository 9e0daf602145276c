package io.tracetide.alert.contract;

import io.tracetide.alert.decision.NotificationIntent;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import io.tracetide.schemas.Peak;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes notifications as records of their contract. */
public final class NotificationWriter {

  /** Features that a description names; an anomaly has a handful. */
  private static final int MOST_FEATURES = 64;

  /** Characters of a description: a single value may have three hundred digits. */
  private static final int MOST_DESCRIPTION = 8_192;

  /** Key of a notification in its topic; notifications with the same key keep their order. */
  public static String key(NotificationIntent notify) {
    return keyPrefix(notify.recipient().receiver()) + notify.recipient().groupKey();
  }

  /** Prefix of the keys of all notifications of a receiver. */
  public static String keyPrefix(String receiver) {
    return receiver + "|";
  }

  /** The notification about an alert of a tenant. */
  public static Notification notification(String tenant, NotificationIntent notify, Alert alert) {
    return Notification.newBuilder()
        .setTenantId(tenant)
        .setNotificationId(notify.id())
        .setReceiver(notify.recipient().receiver())
        .setGroupKey(notify.recipient().groupKey())
        .setSequence(notify.sequence())
        .setStatus(AlertStatus.valueOf(notify.status().name()))
        .setReason(NotificationReason.valueOf(notify.reason().name()))
        .setDecidedAt(notify.decidedAt())
        .setAlerts(List.of(alert))
        .setGroupLabels(Map.of("fingerprint", alert.getFingerprint()))
        .build();
  }

  /** The alert behind an anomaly. */
  public static Alert alert(Anomaly anomaly) {
    return alert(anomaly, AnomalyReader.labels(anomaly));
  }

  /** The same with labels that were built before. */
  public static Alert alert(Anomaly anomaly, Map<String, String> labels) {
    boolean open = anomaly.getState() == AnomalyState.OPEN;
    Alert.Builder alert =
        Alert.newBuilder()
            .setFingerprint(anomaly.getFingerprint())
            .setStatus(open ? AlertStatus.FIRING : AlertStatus.RESOLVED)
            .setStartsAt(anomaly.getOpenedAt())
            .setLabels(labels)
            .setAnnotations(annotations(anomaly))
            .setAnomaly(anomaly);
    if (!open) {
      boolean timed = anomaly.getResolvedAt() != null;
      alert.setEndsAt(timed ? anomaly.getResolvedAt() : anomaly.getUpdatedAt());
    }
    return alert.build();
  }

  private static Map<String, String> annotations(Anomaly anomaly) {
    Map<String, String> annotations = new TreeMap<>();
    annotations.put("summary", anomaly.getSummary());
    String description = description(anomaly);
    if (!description.isEmpty()) {
      annotations.put("description", description);
    }
    return annotations;
  }

  /** Values of the peak window of the anomaly, if it is known. */
  private static String description(Anomaly anomaly) {
    @Nullable Peak peak = anomaly.getPeak();
    return peak == null
        ? values(anomaly.getObserved(), anomaly.getExpected())
        : values(peak.getObserved(), peak.getExpected());
  }

  /** For example {@code errorRatePercent 12.5 (expected 0.4), p95Ms 840 (expected 120)}. */
  private static String values(Map<String, Double> observed, Map<String, Double> usual) {
    return new TreeMap<>(observed)
        .entrySet().stream()
            .limit(MOST_FEATURES)
            .map(
                feature -> {
                  Double expected = usual.get(feature.getKey());
                  String seen = feature.getKey() + " " + number(feature.getValue());
                  return expected == null ? seen : seen + " (expected " + number(expected) + ")";
                })
            .collect(
                Collectors.collectingAndThen(
                    Collectors.joining(", "),
                    text -> text.substring(0, Math.min(text.length(), MOST_DESCRIPTION))));
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }

  private NotificationWriter() {}
}
