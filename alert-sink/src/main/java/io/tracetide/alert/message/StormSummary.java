package io.tracetide.alert.message;

import io.tracetide.alert.decision.Severity;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * Combines notifications of one tenant into one message, while the messages of a receiver are
 * limited. The message has the most severe alerts in full, some resolved ones too, and counts the
 * others by severity. Its id is derived from the ids of the notifications.
 */
public final class StormSummary {
  private static final int MOST_FIRING = 20;
  private static final int MOST_RESOLVED = 5;

  /** The most severe first, then the newest. */
  private static final Comparator<Alert> ORDER =
      Comparator.comparing(StormSummary::severity)
          .thenComparing(Alert::getStartsAt)
          .reversed()
          .thenComparing(Alert::getFingerprint);

  private final String receiver;
  private final String tenant;
  private final TreeSet<String> ids = new TreeSet<>();
  private final PriorityQueue<Alert> firing = new PriorityQueue<>(ORDER.reversed());
  private final PriorityQueue<Alert> resolved = new PriorityQueue<>(ORDER.reversed());
  private final Map<Severity, Integer> counts = new EnumMap<>(Severity.class);
  private int firingCount;
  private int resolvedCount;
  private int omitted;
  private Instant decidedAt = Instant.MAX;

  /** A summary of nothing yet. */
  public StormSummary(String receiver, String tenant) {
    this.receiver = receiver;
    this.tenant = tenant;
  }

  /** Adds a notification of the tenant. */
  public void add(Notification notification) {
    ids.add(notification.getNotificationId());
    omitted += notification.getOmittedAlerts();
    if (notification.getDecidedAt().isBefore(decidedAt)) {
      decidedAt = notification.getDecidedAt();
    }
    for (Alert alert : notification.getAlerts()) {
      if (alert.getStatus() == AlertStatus.FIRING) {
        firingCount++;
        counts.merge(severity(alert), 1, Integer::sum);
        keep(firing, alert, MOST_FIRING);
      } else {
        resolvedCount++;
        keep(resolved, alert, MOST_RESOLVED);
      }
    }
  }

  private static void keep(PriorityQueue<Alert> kept, Alert alert, int limit) {
    kept.add(alert);
    if (kept.size() > limit) {
      kept.remove();
    }
  }

  /** Notifications that were added. */
  public int size() {
    return ids.size();
  }

  /** Id of the summary: the same for the same notifications. */
  public String id() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String id : ids) {
        digest.update(id.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The summary as a notification, which is in no topic. Its group is the summary alone. */
  public Notification notification() {
    List<Alert> alerts = new ArrayList<>(sorted(firing));
    alerts.addAll(sorted(resolved));
    boolean fires = firingCount > 0;
    return Notification.newBuilder()
        .setTenantId(tenant)
        .setNotificationId(id())
        .setReceiver(receiver)
        .setGroupKey("{summary=\"" + id().substring(0, 16) + "\"}")
        .setSequence(0)
        .setStatus(fires ? AlertStatus.FIRING : AlertStatus.RESOLVED)
        .setReason(
            fires ? NotificationReason.NEW_ALERTS_ADDED : NotificationReason.ALL_ALERTS_RESOLVED)
        .setDecidedAt(decidedAt)
        .setAlerts(alerts)
        .setOmittedAlerts(firingCount + resolvedCount + omitted - alerts.size())
        .build();
  }

  /** The message. */
  public AlertMessage message(MessageBuilder messages) {
    AlertMessage message = messages.build(notification());
    String shown = message.alerts().isEmpty() ? "" : message.alerts().get(0).summary();
    return new AlertMessage(
        message.notification(),
        message.receiver(),
        title(),
        shown + others(),
        message.severity(),
        message.alerts(),
        message.omitted(),
        message.links());
  }

  /** For example {@code [FIRING:9970, RESOLVED:12] 9,982 notifications of tenant shop}. */
  private String title() {
    StringBuilder title = new StringBuilder("[");
    if (firingCount > 0) {
      title.append("FIRING:").append(firingCount);
    }
    if (resolvedCount > 0 || firingCount == 0) {
      title.append(firingCount > 0 ? ", " : "").append("RESOLVED:").append(resolvedCount);
    }
    return title
        .append("] ")
        .append(number(size()))
        .append(" notifications of tenant ")
        .append(tenant)
        .toString();
  }

  /** For example {@code (and 9,970 more; firing: 12 critical, 400 high; resolved: 20)}. */
  private String others() {
    List<String> parts = new ArrayList<>();
    for (Severity severity : new TreeSet<>(counts.keySet()).descendingSet()) {
      parts.add(
          number(counts.getOrDefault(severity, 0))
              + " "
              + severity.name().toLowerCase(Locale.ROOT));
    }
    String more = " (and " + number(firingCount + resolvedCount + omitted - 1) + " more";
    String fires = parts.isEmpty() ? "" : "; firing: " + String.join(", ", parts);
    return more + fires + (resolvedCount > 0 ? "; resolved: " + number(resolvedCount) : "") + ")";
  }

  private static List<Alert> sorted(PriorityQueue<Alert> kept) {
    return kept.stream().sorted(ORDER).toList();
  }

  private static Severity severity(Alert alert) {
    return Severity.ofLabel(alert.getLabels().getOrDefault("severity", ""));
  }

  private static String number(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
