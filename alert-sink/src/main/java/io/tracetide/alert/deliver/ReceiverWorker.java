package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.message.Links;
import io.tracetide.alert.message.MessageBuilder;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.kafka.deadletter.DeadLetterLog;
import io.tracetide.runtime.kafka.delivery.Delivery;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryQueue;
import io.tracetide.runtime.kafka.delivery.GroupQueues.Next;
import io.tracetide.runtime.kafka.delivery.RetryPolicy;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the queued notifications of one receiver, one after the other. The outcome of each delivery
 * is written to the log, and its offset is committed only after Kafka has acknowledged the outcome.
 */
final class ReceiverWorker implements Runnable {
  /** Reason of a superseded notification: there is a newer one of the same group. */
  static final String NEWER_NOTIFICATION = "NEWER_NOTIFICATION";

  private static final int MAX_ID_LENGTH = 1_024;
  private static final Duration LOG_AGAIN = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(ReceiverWorker.class);

  private final Receiver receiver;
  private final Channel channel;
  private final DeliveryQueue queue;
  private final AvroDecoder<Notification> decoder;
  private final OutcomeLog outcomes;
  private final DeliveryConfig config;
  private final RetryPolicy retries;
  private final SinkMetrics metrics;
  private final Clock clock;
  private final MessageBuilder messages = new MessageBuilder(Links.none());
  private final DeadLetterLog letters = new DeadLetterLog(log);
  private int failuresInARow;
  private volatile String trouble = "";

  ReceiverWorker(
      Receiver receiver,
      DeliveryQueue queue,
      AvroDecoder<Notification> decoder,
      OutcomeLog outcomes,
      DeliveryConfig config,
      RetryPolicy retries,
      SinkMetrics metrics,
      Clock clock) {
    this.receiver = receiver;
    this.channel = receiver.channel();
    this.queue = queue;
    this.decoder = decoder;
    this.outcomes = outcomes;
    this.config = config;
    this.retries = retries;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Why the last attempt failed; empty if it succeeded. */
  String trouble() {
    return trouble;
  }

  @Override
  public void run() {
    try {
      while (true) {
        Next next = queue.take();
        if (next instanceof Next.Send send) {
          deal(send.delivery(), send.attempt(), this::send);
        } else if (next instanceof Next.Supersede supersede) {
          deal(supersede.delivery(), supersede.attempts(), this::supersede);
        }
      }
    } catch (InterruptedException e) {
      // The end: unfinished deliveries stay uncommitted.
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Processes a delivery; an internal error counts as a failed attempt and does not stop the
   * others.
   */
  private void deal(Delivery delivery, int attempts, Step step) throws InterruptedException {
    try {
      if (delivery.cut() != null) {
        deadLetter(delivery, MalformedRecordException.Reason.TOO_LARGE.name());
        return;
      }
      Notification notification = decoder.decode(delivery.value());
      if (notification.getNotificationId().length() > MAX_ID_LENGTH) {
        // It becomes the key of the outcome.
        deadLetter(delivery, "BAD_KEY");
        return;
      }
      step.take(delivery, notification, attempts);
    } catch (MalformedRecordException e) {
      deadLetter(delivery, e.reason().name());
    } catch (UnknownSchemaException e) {
      deadLetter(delivery, "UNKNOWN_SCHEMA");
    } catch (RegistryUnavailableException e) {
      putOff(
          delivery,
          attempts,
          Retryable.because(
              FailureReason.REGISTRY_UNAVAILABLE, "the schema registry does not answer"));
    } catch (RuntimeException e) {
      log.error("delivery failed receiver={} channel={}", receiver.name(), channel.kind(), e);
      putOff(delivery, attempts, Retryable.because(FailureReason.INTERNAL_ERROR, ""));
    }
  }

  private void send(Delivery delivery, Notification notification, int attempt)
      throws InterruptedException {
    DeliveryResult result = attempt(notification);
    if (result instanceof Delivered delivered) {
      failuresInARow = 0;
      trouble = "";
      conclude(
          delivery,
          outcome(notification, DeliveryStatus.DELIVERED, "", delivered.detail(), attempt),
          false);
      metrics.delivered(
          receiver.name(), Duration.between(notification.getDecidedAt(), clock.instant()));
    } else if (result instanceof Rejected rejected) {
      trouble = rejected.reason().name();
      giveUp(
          delivery,
          outcome(
              notification,
              DeliveryStatus.REJECTED,
              rejected.reason().name(),
              rejected.detail(),
              attempt));
    } else if (result instanceof Retryable retryable) {
      if (retryable.reason() == FailureReason.INTERRUPTED) {
        throw new InterruptedException("interrupted while delivering");
      }
      boolean tooOld = clock.instant().isAfter(notification.getDecidedAt().plus(config.horizon()));
      if (tooOld) {
        giveUp(
            delivery,
            outcome(
                notification,
                DeliveryStatus.EXPIRED,
                retryable.reason().name(),
                retryable.detail(),
                attempt));
      } else {
        putOff(delivery, attempt, retryable);
      }
    }
  }

  /**
   * Makes one attempt; an exception of the channel counts as a failed attempt and does not stop the
   * others.
   */
  private DeliveryResult attempt(Notification notification) {
    long started = System.nanoTime();
    DeliveryResult result;
    try {
      result = channel.deliver(messages.build(notification));
    } catch (RuntimeException e) {
      log.error("channel failed receiver={} channel={}", receiver.name(), channel.kind(), e);
      result = Retryable.because(FailureReason.INTERNAL_ERROR, "the channel itself failed");
    }
    metrics.attempt(
        receiver.name(),
        channel.kind(),
        label(result),
        Duration.ofNanos(System.nanoTime() - started));
    return result;
  }

  private static String label(DeliveryResult result) {
    if (result instanceof Retryable retryable) {
      return retryable.reason().label();
    }
    return result instanceof Rejected rejected ? rejected.reason().label() : "delivered";
  }

  /**
   * Schedules the retry of this delivery; pauses all deliveries if the receiver requests it or
   * fails repeatedly.
   */
  private void putOff(Delivery delivery, int attempt, Retryable failure) {
    trouble = failure.reason().name();
    failuresInARow++;
    Duration wait = retries.backoff(attempt);
    if (failure.retryAfter().isPresent()) {
      wait = retries.retryAfter(failure.retryAfter().get());
      queue.hold(wait);
    } else if (failuresInARow >= config.breakerFailures()) {
      queue.hold(config.breakerPause());
    }
    log.debug(
        "delivery postponed receiver={} reason={} attempt={} waitMs={}",
        receiver.name(),
        failure.reason(),
        attempt,
        wait.toMillis());
    queue.failed(delivery, wait);
  }

  private void supersede(Delivery delivery, Notification notification, int attempts)
      throws InterruptedException {
    conclude(
        delivery,
        outcome(
            notification,
            DeliveryStatus.SUPERSEDED,
            NEWER_NOTIFICATION,
            "a newer state of the same group was decided before this one got through",
            attempts),
        false);
  }

  private void giveUp(Delivery delivery, NotificationOutcome outcome) throws InterruptedException {
    note(delivery, outcome.getReason());
    conclude(delivery, outcome, true);
  }

  private void conclude(Delivery delivery, NotificationOutcome outcome, boolean deadLetter)
      throws InterruptedException {
    while (!(deadLetter ? outcomes.write(outcome, delivery) : outcomes.write(outcome))) {
      if (queue.awaitDropped(delivery, LOG_AGAIN)) {
        queue.done(delivery);
        return;
      }
    }
    metrics.outcome(receiver.name(), channel.kind(), outcome.getStatus());
    delivery.complete();
    queue.done(delivery);
  }

  private void deadLetter(Delivery delivery, String reason) throws InterruptedException {
    metrics.poison(delivery.partition().topic(), reason);
    note(delivery, reason);
    while (!outcomes.keep(delivery, reason)) {
      if (queue.awaitDropped(delivery, LOG_AGAIN)) {
        queue.done(delivery);
        return;
      }
    }
    delivery.complete();
    queue.done(delivery);
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
        channel.kind(),
        notification.getGroupKey(),
        notification.getSequence(),
        status,
        reason,
        detail,
        attempts,
        clock.instant());
  }

  /** The processing of a decoded notification. */
  private interface Step {
    void take(Delivery delivery, Notification notification, int attempts)
        throws InterruptedException;
  }
}
