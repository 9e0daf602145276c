package io.tracetide.alert.decision;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What every recipient of one alert was told so far. Kept over episodes, so that sequences never
 * start again.
 */
public record RecipientStates(SortedMap<Recipient, RecipientState> byRecipient) {
  /** Nobody was told anything. */
  public static final RecipientStates NONE = new RecipientStates(new TreeMap<>());

  public RecipientStates {
    byRecipient = Collections.unmodifiableSortedMap(new TreeMap<>(byRecipient));
  }

  /** Tells each receiver that the alert fires. */
  Told tellFiring(List<String> receivers, AnomalyReport report, Instant now) {
    Telling telling = new Telling(report, now);
    for (String receiver : receivers) {
      Recipient recipient = new Recipient(receiver, report.groupKey());
      telling.tell(
          recipient,
          Status.FIRING,
          believesFiring(recipient) ? Reason.NEW_ALERTS_ADDED : Reason.FIRST_NOTIFICATION);
    }
    return telling.told();
  }

  /**
   * Tells everybody who believes that the alert fires that it is over, wherever it is routed now.
   */
  Told tellResolved(AnomalyReport report, Instant now) {
    Telling telling = new Telling(report, now);
    byRecipient.keySet().stream()
        .filter(this::believesFiring)
        .forEach(r -> telling.tell(r, Status.RESOLVED, Reason.ALL_ALERTS_RESOLVED));
    return telling.told();
  }

  private boolean believesFiring(Recipient recipient) {
    RecipientState standing = byRecipient.get(recipient);
    return standing != null && standing.status() == Status.FIRING;
  }

  /** The standings after telling, and what is told. */
  record Told(RecipientStates standings, List<NotificationIntent> notifications) {}

  private final class Telling {
    private final AnomalyReport report;
    private final Instant now;
    private final SortedMap<Recipient, RecipientState> after = new TreeMap<>(byRecipient);
    private final List<NotificationIntent> notifications = new ArrayList<>();

    Telling(AnomalyReport report, Instant now) {
      this.report = report;
      this.now = now;
    }

    void tell(Recipient recipient, Status status, Reason reason) {
      RecipientState before = byRecipient.get(recipient);
      RecipientState next = new RecipientState(before == null ? 1 : before.sequence() + 1, status);
      after.put(recipient, next);
      notifications.add(NotificationIntent.of(report, recipient, next, reason, now));
    }

    Told told() {
      return new Told(new RecipientStates(after), List.copyOf(notifications));
    }
  }
}
