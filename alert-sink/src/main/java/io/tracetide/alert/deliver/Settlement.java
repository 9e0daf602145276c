package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.memory.DeliveryStates;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.kafka.deadletter.DeadLetterLog;
import io.tracetide.runtime.kafka.delivery.Delivery;
import io.tracetide.runtime.kafka.delivery.DeliveryQueue;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends deliveries of one receiver: writes their outcomes, and removes them from the queue and
 * permits the commit of their offsets after Kafka has acknowledged the outcomes.
 */
final class Settlement {
  /** Reason of a notification that was delivered as a part of a summary. */
  static final String COMBINED = "COMBINED";

  private static final Duration LOG_AGAIN = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(Settlement.class);

  private final String receiver;
  private final String kind;
  private final DeliveryQueue queue;
  private final OutcomeLog outcomes;
  private final Fallback fallback;
  private final DeliveryStates states;
  private final SinkMetrics metrics;
  private final Clock clock;
  private final DeadLetterLog letters = new DeadLetterLog(log);

  /**
   * Of the deliveries through one channel.
   *
   * @param receiver its name
   * @param kind kind of the channel
   */
  Settlement(
      String receiver,
      String kind,
      DeliveryQueue queue,
      OutcomeLog outcomes,
      Fallback fallback,
      DeliveryEnvironment environment) {
    this.receiver = receiver;
    this.kind = kind;
    this.queue = queue;
    this.outcomes = outcomes;
    this.fallback = fallback;
    this.states = environment.states();
    this.metrics = environment.metrics();
    this.clock = environment.clock();
    metrics.channel(kind, FailureReason.categories());
  }

  /**
   * A delivery with its notification.
   *
   * @param notification may be without alerts
   */
  record Item(Delivery delivery, Notification notification) {}

  /**
   * The receiver has got the notification.
   *
   * @param detail a remark of the channel; empty for none
   */
  void delivered(Item item, String detail, int attempts) throws InterruptedException {
    NotificationOutcome outcome =
        outcome(item.notification(), DeliveryStatus.DELIVERED, "", detail, attempts);
    ProducerRecord<byte[], byte[]> state = states.afterDelivery(item.notification());
    if (conclude(List.of(item.delivery()), () -> List.of(outcomes.record(outcome), state))) {
      states.read(state.key(), state.value());
      metrics.outcome(receiver, kind, DeliveryStatus.DELIVERED);
      metrics.delivered(receiver, sinceDecision(item.notification()));
    }
  }

  /** The receiver has got the notifications as parts of a summary. */
  void combined(List<Item> items, Notification summary, int attempts) throws InterruptedException {
    String detail = "part of summary " + summary.getNotificationId();
    List<NotificationOutcome> results = new ArrayList<>();
    List<ProducerRecord<byte[], byte[]>> changes = new ArrayList<>();
    for (Item item : items) {
      results.add(
          outcome(item.notification(), DeliveryStatus.DELIVERED, COMBINED, detail, attempts));
      changes.add(states.afterDelivery(item.notification()));
    }
    results.add(
        outcome(
            summary,
            DeliveryStatus.DELIVERED,
            "",
            "summary of " + items.size() + " notifications",
            attempts));
    boolean done =
        conclude(
            items.stream().map(Item::delivery).toList(),
            () -> {
              List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(changes);
              results.forEach(result -> records.add(outcomes.record(result)));
              return records;
            });
    if (done) {
      changes.forEach(change -> states.read(change.key(), change.value()));
      metrics.summary(receiver, items.size());
      for (Item item : items) {
        metrics.outcome(receiver, kind, DeliveryStatus.DELIVERED);
        metrics.delivered(receiver, sinceDecision(item.notification()));
      }
    }
  }

  /** The deliveries end without a message. */
  void ended(List<Item> items, DeliveryStatus status, String reason, String detail, int attempts)
      throws InterruptedException {
    List<NotificationOutcome> results =
        items.stream()
            .map(item -> outcome(item.notification(), status, reason, detail, attempts))
            .toList();
    if (conclude(
        items.stream().map(Item::delivery).toList(),
        () -> results.stream().map(outcomes::record).toList())) {
      items.forEach(item -> metrics.outcome(receiver, kind, status));
    }
  }

  /**
   * The receiver will not get the notification: it is kept as a dead letter, and the fallback
   * receiver gets it.
   */
  void failed(Item item, DeliveryStatus status, String reason, String detail, int attempts)
      throws InterruptedException {
    NotificationOutcome outcome = outcome(item.notification(), status, reason, detail, attempts);
    note(item.delivery(), reason);
    boolean done =
        conclude(
            List.of(item.delivery()),
            () -> {
              List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
              records.add(OutcomeLog.letter(item.delivery(), reason));
              records.addAll(
                  fallback.undelivered(
                      item.notification(), detail.isEmpty() ? reason : reason + ": " + detail));
              records.add(outcomes.record(outcome));
              return records;
            });
    if (done) {
      metrics.outcome(receiver, kind, status);
    }
  }

  /** The record is not a notification that can be read. */
  void malformed(Delivery delivery, String reason) throws InterruptedException {
    metrics.poison(delivery.partition().topic(), reason);
    note(delivery, reason);
    conclude(List.of(delivery), () -> List.of(OutcomeLog.letter(delivery, reason)));
  }

  /** False when the deliveries were dropped before Kafka acknowledged the records. */
  private boolean conclude(
      Collection<Delivery> deliveries, Supplier<List<ProducerRecord<byte[], byte[]>>> records)
      throws InterruptedException {
    while (!outcomes.write(records)) {
      if (queue.awaitDropped(deliveries, LOG_AGAIN)) {
        queue.done(deliveries);
        return false;
      }
    }
    deliveries.forEach(Delivery::complete);
    queue.done(deliveries);
    return true;
  }

  private void note(Delivery delivery, String reason) {
    letters.note(
        reason,
        "",
        delivery.partition().topic(),
        delivery.partition().partition(),
        delivery.offset(),
        clock.millis());
  }

  private Duration sinceDecision(Notification notification) {
    return Duration.between(notification.getDecidedAt(), clock.instant());
  }

  private NotificationOutcome outcome(
      Notification notification,
      DeliveryStatus status,
      String reason,
      String detail,
      int attempts) {
    return new NotificationOutcome(
        notification.getTenantId(),
        notification.getNotificationId(),
        notification.getReceiver(),
        kind,
        notification.getGroupKey(),
        notification.getSequence(),
        status,
        reason,
        detail,
        attempts,
        clock.instant());
  }
}
