package io.tracetide.alert.history;

import io.tracetide.alert.route.Watchdog;
import io.tracetide.schemas.NotificationOutcome;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest outcomes, one per notification, in bounded memory. Of the watchdog, which would
 * displace the others, it has the newest of each receiver. Thread-safe.
 */
public final class OutcomeHistory {
  private final int limit;
  private final Map<String, NotificationOutcome> byNotification = new LinkedHashMap<>();

  public OutcomeHistory(int limit) {
    this.limit = limit;
  }

  /** Adds an outcome; evicts the oldest one when full. */
  public synchronized void add(NotificationOutcome outcome) {
    byNotification.remove(outcome.getNotificationId());
    if (Watchdog.isGroup(outcome.getGroupKey())) {
      byNotification
          .values()
          .removeIf(
              other ->
                  other.getGroupKey().equals(outcome.getGroupKey())
                      && other.getReceiver().equals(outcome.getReceiver()));
    }
    byNotification.put(outcome.getNotificationId(), outcome);
    if (byNotification.size() > limit) {
      byNotification.values().stream()
          .min(Comparator.comparing(NotificationOutcome::getCompletedAt))
          .ifPresent(oldest -> byNotification.remove(oldest.getNotificationId()));
    }
  }

  /** The newest ones first. */
  public synchronized List<NotificationOutcome> newest(int count) {
    return byNotification.values().stream()
        .sorted(Comparator.comparing(NotificationOutcome::getCompletedAt).reversed())
        .limit(count)
        .toList();
  }

  /** Largest number of outcomes. */
  public int limit() {
    return limit;
  }
}
