package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.kafka.delivery.Delivery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the attempts of one receiver, and measures them and the messages that fail.
 *
 * <p>Alertmanager tries a notification for about the group interval, counts it as failed, and tries
 * it again at the next flush as another notification. Here a message is tried for longer, so it
 * counts as failed after {@link #FIRST_PERIOD}, and again after each {@link #PERIOD}; from then on
 * it counts as another notification. The periods are counted at the attempts of the receiver, of
 * all its messages, because a receiver that fails is paused and tries one message at a time.
 */
final class Attempts {
  /** From the first attempt of a message until it counts as failed. */
  private static final Duration FIRST_PERIOD = Duration.ofSeconds(30);

  /** Until a message that has counted as failed counts again. */
  private static final Duration PERIOD = Duration.ofSeconds(60);

  private static final Logger log = LoggerFactory.getLogger(Attempts.class);

  private final String receiver;
  private final Predicate<Delivery> pending;
  private final SinkMetrics metrics;
  private final Clock clock;

  /** Messages that were attempted and not delivered, by each of their deliveries. */
  private final Map<Delivery, Message> messages = new WeakHashMap<>();

  /** No period ends before. */
  private Instant nextEnd = Instant.MAX;

  /**
   * Of one receiver.
   *
   * @param pending whether a delivery has not ended and was not dropped
   */
  Attempts(String receiver, Predicate<Delivery> pending, SinkMetrics metrics, Clock clock) {
    this.receiver = receiver;
    this.pending = pending;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Makes one attempt; an exception of the channel counts as a failed attempt and does not stop the
   * others.
   */
  DeliveryResult make(
      Channel channel, Collection<Delivery> deliveries, Supplier<AlertMessage> content) {
    begin(channel.kind(), deliveries);
    long started = System.nanoTime();
    DeliveryResult result;
    try {
      result = channel.deliver(content.get());
    } catch (RuntimeException e) {
      log.error("channel failed receiver={} channel={}", receiver, channel.kind(), e);
      result = Retryable.because(FailureReason.INTERNAL_ERROR, "the channel itself failed");
    }
    metrics.attempt(
        receiver,
        channel.kind(),
        failureOf(result).map(FailureReason::label).orElse(SinkMetrics.DELIVERED),
        Duration.ofNanos(System.nanoTime() - started));
    return result;
  }

  private static Optional<FailureReason> failureOf(DeliveryResult result) {
    if (result instanceof Retryable retryable) {
      return Optional.of(retryable.reason());
    }
    return result instanceof Rejected rejected ? Optional.of(rejected.reason()) : Optional.empty();
  }

  private void begin(String kind, Collection<Delivery> deliveries) {
    Instant now = clock.instant();
    countPeriods(now);
    Message message = messageOf(deliveries);
    if (message == null || !message.kind.equals(kind)) {
      message = new Message(kind, now.plus(FIRST_PERIOD));
      nextEnd = earlier(nextEnd, message.periodEnd);
    }
    message.begin();
    for (Delivery delivery : deliveries) {
      messages.put(delivery, message);
    }
  }

  /** The attempt has delivered the message of these deliveries. */
  void delivered(Collection<Delivery> deliveries) {
    countPeriods(clock.instant());
    Message message = messageOf(deliveries);
    if (message != null) {
      message.begin(); // It has failed during the attempt, and counts as another one.
    }
    forget(deliveries);
  }

  /** The attempt has failed, and these deliveries are tried again. */
  void failed(Collection<Delivery> deliveries, FailureReason reason) {
    Message message = messageOf(deliveries);
    if (message != null) {
      message.newestFailure = reason;
    }
    countPeriods(clock.instant());
  }

  /** The attempt has failed, and these deliveries are not tried again. */
  void gaveUp(Collection<Delivery> deliveries, FailureReason reason) {
    Message message = messageOf(deliveries);
    if (message != null) {
      message.fail(reason, 1);
    }
    forget(deliveries);
  }

  /** These deliveries have ended without an attempt. */
  void ended(Collection<Delivery> deliveries) {
    countPeriods(clock.instant());
    forget(deliveries);
  }

  private void forget(Collection<Delivery> deliveries) {
    deliveries.forEach(messages::remove);
  }

  /** The message of which the next period ends first; null if these were not attempted yet. */
  private @Nullable Message messageOf(Collection<Delivery> deliveries) {
    Message first = null;
    for (Delivery delivery : deliveries) {
      Message message = messages.get(delivery);
      if (message != null && (first == null || message.periodEnd.isBefore(first.periodEnd))) {
        first = message;
      }
    }
    return first;
  }

  private void countPeriods(Instant now) {
    if (now.isBefore(nextEnd)) {
      return;
    }
    messages.keySet().removeIf(pending.negate());
    nextEnd = Instant.MAX;
    for (Message message : new HashSet<>(messages.values())) {
      message.countPeriods(now);
      nextEnd = earlier(nextEnd, message.periodEnd);
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** A message that was attempted and not delivered. Compared by identity. */
  private final class Message {
    private final String kind;
    private Instant periodEnd;

    /** Null until the first attempt has failed. */
    private @Nullable FailureReason newestFailure;

    /** Whether it counts as a notification that has not failed yet. */
    private boolean open;

    private Message(String kind, Instant periodEnd) {
      this.kind = kind;
      this.periodEnd = periodEnd;
    }

    private void begin() {
      if (!open) {
        metrics.begun(kind, 1);
        open = true;
      }
    }

    private void countPeriods(Instant now) {
      FailureReason reason = newestFailure;
      if (reason != null && !now.isBefore(periodEnd)) {
        long periods = 1 + Duration.between(periodEnd, now).dividedBy(PERIOD);
        fail(reason, periods);
        periodEnd = periodEnd.plus(PERIOD.multipliedBy(periods));
      }
    }

    /** Counts each failure as one of a notification of its own. */
    private void fail(FailureReason reason, long times) {
      metrics.begun(kind, open ? times - 1 : times);
      metrics.failed(kind, reason.category(), times);
      open = false;
    }
  }
}
