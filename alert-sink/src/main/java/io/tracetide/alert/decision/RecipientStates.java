package io.tracetide.alert.decision;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What each recipient of one alert was last notified of. Kept over episodes, so that sequences
 * never restart.
 */
public record RecipientStates(SortedMap<Recipient, RecipientState> byRecipient) {
  /** No recipient was notified. */
  public static final RecipientStates NONE = new RecipientStates(new TreeMap<>());

  public RecipientStates {
    byRecipient = Collections.unmodifiableSortedMap(new TreeMap<>(byRecipient));
  }

  /** Notifies each receiver that the alert fires. */
  NotificationBatch notifyFiring(List<String> receivers, AnomalyReport report, Instant now) {
    BatchBuilder batch = new BatchBuilder(report, now);
    for (String receiver : receivers) {
      Recipient recipient = new Recipient(receiver, report.groupKey());
      batch.add(
          recipient,
          Status.FIRING,
          isFiring(recipient) ? Reason.NEW_ALERTS_ADDED : Reason.FIRST_NOTIFICATION);
    }
    return batch.build();
  }

  /** Notifies each recipient of a firing alert that it is resolved, wherever it is routed now. */
  NotificationBatch notifyResolved(AnomalyReport report, Instant now) {
    BatchBuilder batch = new BatchBuilder(report, now);
    byRecipient.keySet().stream()
        .filter(this::isFiring)
        .forEach(r -> batch.add(r, Status.RESOLVED, Reason.ALL_ALERTS_RESOLVED));
    return batch.build();
  }

  private boolean isFiring(Recipient recipient) {
    RecipientState state = byRecipient.get(recipient);
    return state != null && state.status() == Status.FIRING;
  }

  /** The recipients after a decision, and its notifications. */
  record NotificationBatch(RecipientStates recipients, List<NotificationIntent> notifications) {}

  private final class BatchBuilder {
    private final AnomalyReport report;
    private final Instant now;
    private final SortedMap<Recipient, RecipientState> after = new TreeMap<>(byRecipient);
    private final List<NotificationIntent> notifications = new ArrayList<>();

    BatchBuilder(AnomalyReport report, Instant now) {
      this.report = report;
      this.now = now;
    }

    void add(Recipient recipient, Status status, Reason reason) {
      RecipientState before = byRecipient.get(recipient);
      RecipientState next = new RecipientState(before == null ? 1 : before.sequence() + 1, status);
      after.put(recipient, next);
      notifications.add(NotificationIntent.of(report, recipient, next, reason, now));
    }

    NotificationBatch build() {
      return new NotificationBatch(new RecipientStates(after), List.copyOf(notifications));
    }
  }
}
