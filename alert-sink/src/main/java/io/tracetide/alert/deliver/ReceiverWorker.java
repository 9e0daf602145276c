package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.deliver.Settlement.Item;
import io.tracetide.alert.memory.DeliveryStates;
import io.tracetide.alert.message.StormSummary;
import io.tracetide.runtime.kafka.delivery.Delivery;
import io.tracetide.runtime.kafka.delivery.DeliveryQueue;
import io.tracetide.runtime.kafka.delivery.GroupQueues.Next;
import io.tracetide.runtime.kafka.delivery.RetryPolicy;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the queued notifications of one receiver, one after the other. {@link Settlement} ends each
 * delivery.
 */
final class ReceiverWorker implements Runnable {
  private static final int MAX_ID_LENGTH = 1_024;
  private static final Retryable NO_REGISTRY =
      Retryable.because(FailureReason.REGISTRY_UNAVAILABLE, "the schema registry does not answer");
  private static final Logger log = LoggerFactory.getLogger(ReceiverWorker.class);

  private final Receiver receiver;
  private final DeliveryQueue queue;
  private final SettingsInUse settings;
  private final OutcomeLog outcomes;
  private final ReceiverHealth health;
  private final AvroDecoder<Notification> decoder;
  private final DeliveryEnvironment environment;
  private final DeliveryStates states;
  private final Attempts attempts;
  private final Clock clock;
  private final SplittableRandom random = new SplittableRandom();
  private LineSettings current;
  private Settlement settlement;
  private RetryPolicy retries;
  private int failuresInARow;
  private volatile String trouble = "";

  ReceiverWorker(
      Receiver receiver,
      DeliveryQueue queue,
      SettingsInUse settings,
      OutcomeLog outcomes,
      DeliveryEnvironment environment) {
    this.receiver = receiver;
    this.queue = queue;
    this.settings = settings;
    this.outcomes = outcomes;
    this.environment = environment;
    this.decoder = new AvroDecoder<>(environment.registry(), Notification.class);
    this.states = environment.states();
    this.clock = environment.clock();
    this.attempts = new Attempts(receiver.name(), queue::holds, environment.metrics(), clock);
    this.health =
        new ReceiverHealth(
            receiver.name(), outcomes, states.memoryOf(receiver.name()), queue::size, clock);
    this.current = settings.current();
    this.settlement = settlement(current);
    this.retries = new RetryPolicy(current.delivery(), random);
  }

  private Settlement settlement(LineSettings of) {
    return new Settlement(
        receiver.name(), of.channel().kind(), queue, outcomes, of.fallback(), environment);
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
        try {
          use(settings.begin());
          handle(next);
        } finally {
          settings.end();
        }
      }
    } catch (InterruptedException e) {
      // The end: unfinished deliveries stay uncommitted.
      Thread.currentThread().interrupt();
    }
  }

  /** Uses these settings, which may be others than for the attempt before. */
  private void use(LineSettings next) throws InterruptedException {
    if (next.equals(current)) {
      return;
    }
    boolean otherChannel = next.channel() != current.channel();
    current = next;
    settlement = settlement(next);
    retries = new RetryPolicy(next.delivery(), random);
    if (otherChannel) {
      failuresInARow = 0;
      trouble = "";
    }
    if (next.open().isOfUnknown()) {
      health.removed(next.fallback());
    }
  }

  private void handle(Next next) throws InterruptedException {
    if (next instanceof Next.Send send) {
      guarded(
          List.of(send.delivery()), send.attempt(), () -> send(send.delivery(), send.attempt()));
    } else if (next instanceof Next.Supersede supersede) {
      guarded(
          List.of(supersede.delivery()),
          supersede.attempts(),
          () -> supersede(List.of(supersede.delivery()), supersede.attempts()));
    } else if (next instanceof Next.Combine combine) {
      if (!current.channel().combines()) {
        // The channel was replaced after the queue had combined them.
        queue.failed(combine.newest(), Duration.ZERO);
        return;
      }
      List<Delivery> all = new ArrayList<>(combine.superseded());
      all.addAll(combine.newest());
      guarded(all, combine.attempt(), () -> combine(combine));
    }
  }

  /** An internal error counts as a failed attempt and does not stop the others. */
  private void guarded(List<Delivery> deliveries, int attempt, Step step)
      throws InterruptedException {
    try {
      step.take();
    } catch (RegistryUnavailableException e) {
      queue.hold(retries.backoff(Math.max(1, attempt)));
      putOff(deliveries, attempt, NO_REGISTRY);
    } catch (RuntimeException e) {
      log.error("delivery failed receiver={} channel={}", receiver.name(), kind(), e);
      putOff(deliveries, attempt, Retryable.because(FailureReason.INTERNAL_ERROR, ""));
    }
  }

  /** The notification of a delivery; null after it was ended because it cannot be read. */
  private @Nullable Notification read(Delivery delivery) throws InterruptedException {
    String malformed;
    try {
      if (delivery.cut() == null) {
        Notification notification = decoder.decode(delivery.value());
        if (notification.getNotificationId().length() <= MAX_ID_LENGTH) {
          return notification;
        }
        malformed = "BAD_KEY"; // It becomes the key of the outcome.
      } else {
        malformed = MalformedRecordException.Reason.TOO_LARGE.name();
      }
    } catch (MalformedRecordException e) {
      malformed = e.reason().name();
    } catch (UnknownSchemaException e) {
      malformed = "UNKNOWN_SCHEMA";
    }
    settlement.malformed(delivery, malformed);
    return null;
  }

  private void send(Delivery delivery, int attempt) throws InterruptedException {
    Notification notification = read(delivery);
    if (notification == null) {
      return;
    }
    Optional<Ending> ending = ending(delivery, notification);
    if (ending.isPresent()) {
      end(
          ending.get(),
          List.of(new Item(delivery, Reduced.withoutAlerts(notification))),
          attempt - 1);
      return;
    }
    Item item = new Item(delivery, notification);
    DeliveryResult result =
        attempts.make(
            current.channel(),
            List.of(delivery),
            () -> current.messages().build(toBeSent(notification)));
    if (result instanceof Delivered delivered) {
      succeeded(List.of(delivery));
      settlement.delivered(item, delivered.detail(), attempt);
    } else if (result instanceof Rejected rejected) {
      reject(List.of(item), rejected, attempt);
    } else if (result instanceof Retryable retryable) {
      retry(List.of(item), retryable, attempt);
    }
  }

  /**
   * Sends one message for all deliveries of the tenant whose delivery is due longest; those of the
   * other tenants wait for the next message.
   */
  private void combine(Next.Combine combine) throws InterruptedException {
    supersede(combine.superseded(), combine.attempt() - 1);
    StormSummary summary = null;
    String tenant = "";
    List<Item> items = new ArrayList<>();
    Map<Ending, List<Item>> ended = new EnumMap<>(Ending.class);
    for (Delivery delivery : combine.newest()) {
      Notification notification = read(delivery);
      if (notification == null) {
        continue;
      }
      Item item = new Item(delivery, Reduced.withoutAlerts(notification));
      // A part of a summary is sent for any reason, because it may supersede what was not
      // delivered.
      Optional<Ending> ending =
          ending(delivery, notification).filter(each -> each != Ending.REASON_NOT_SENT);
      if (ending.isPresent()) {
        ended.computeIfAbsent(ending.get(), key -> new ArrayList<>()).add(item);
        continue;
      }
      if (summary == null) {
        tenant = notification.getTenantId();
        summary = new StormSummary(receiver.name(), tenant);
      }
      if (notification.getTenantId().equals(tenant)) {
        summary.add(toBeSent(notification));
        items.add(item);
      }
    }
    for (Map.Entry<Ending, List<Item>> each : ended.entrySet()) {
      end(each.getKey(), each.getValue(), combine.attempt() - 1);
    }
    if (items.size() == 1) {
      send(items.get(0).delivery(), combine.attempt());
    } else if (summary != null) {
      send(items, summary, combine.attempt());
    }
  }

  private void send(List<Item> items, StormSummary summary, int attempt)
      throws InterruptedException {
    List<Delivery> deliveries = deliveriesOf(items);
    DeliveryResult result =
        attempts.make(current.channel(), deliveries, () -> summary.message(current.messages()));
    if (result instanceof Delivered) {
      succeeded(deliveries);
      settlement.combined(items, summary.notification(), attempt);
    } else if (result instanceof Rejected rejected) {
      reject(items, rejected, attempt);
    } else if (result instanceof Retryable retryable) {
      retry(items, retryable, attempt);
    }
  }

  /** How a delivery ends that is due; empty if it is to be sent. */
  private Optional<Ending> ending(Delivery delivery, Notification notification) {
    return Ending.of(notification, delivery.isReplayed(), current, states);
  }

  private void end(Ending ending, List<Item> items, int made) throws InterruptedException {
    attempts.ended(deliveriesOf(items));
    settlement.ended(items, ending.status(), ending.reason(), ending.detail(), made);
  }

  /** Without the resolved alerts, if the receiver does not get them. */
  private Notification toBeSent(Notification notification) {
    return current.sendResolved() ? notification : Reduced.withoutResolved(notification);
  }

  private void supersede(List<Delivery> deliveries, int made) throws InterruptedException {
    List<Item> items = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      Notification notification = read(delivery);
      if (notification != null) {
        items.add(new Item(delivery, Reduced.withoutAlerts(notification)));
      }
    }
    if (!items.isEmpty()) {
      end(Ending.NEWER_DECIDED, items, made);
    }
  }

  private static List<Delivery> deliveriesOf(List<Item> items) {
    return items.stream().map(Item::delivery).toList();
  }

  private String kind() {
    return current.channel().kind();
  }

  private void succeeded(List<Delivery> deliveries) throws InterruptedException {
    attempts.delivered(deliveries);
    queue.spend();
    failuresInARow = 0;
    trouble = "";
    health.succeeded(current.fallback());
  }

  private void reject(List<Item> items, Rejected rejected, int attempt)
      throws InterruptedException {
    trouble = rejected.reason().name();
    giveUp(items, DeliveryStatus.REJECTED, rejected.reason(), rejected.detail(), attempt);
  }

  private void retry(List<Item> items, Retryable failure, int attempt) throws InterruptedException {
    if (failure.reason() == FailureReason.INTERRUPTED) {
      throw new InterruptedException("interrupted while delivering");
    }
    List<Item> expired = new ArrayList<>();
    List<Delivery> others = new ArrayList<>();
    for (Item item : items) {
      if (clock
          .instant()
          .isAfter(item.notification().getDecidedAt().plus(current.delivery().horizon()))) {
        expired.add(item);
      } else {
        others.add(item.delivery());
      }
    }
    giveUp(expired, DeliveryStatus.EXPIRED, failure.reason(), failure.detail(), attempt);
    if (!others.isEmpty()) {
      attempts.failed(others, failure.reason());
    }
    putOff(others, attempt, failure);
  }

  private void giveUp(
      List<Item> items, DeliveryStatus status, FailureReason reason, String detail, int attempt)
      throws InterruptedException {
    if (!items.isEmpty()) {
      attempts.gaveUp(deliveriesOf(items), reason);
    }
    for (Item item : items) {
      // Decoded again, because a part of a summary is without its alerts.
      Notification whole = decoder.decode(item.delivery().value());
      settlement.failed(new Item(item.delivery(), whole), status, reason.name(), detail, attempt);
    }
  }

  /**
   * Schedules the retry of deliveries; pauses all deliveries if the receiver requests it or fails
   * repeatedly.
   */
  private void putOff(List<Delivery> deliveries, int attempt, Retryable failure)
      throws InterruptedException {
    trouble = failure.reason().name();
    failuresInARow++;
    Duration wait = retries.backoff(Math.max(1, attempt));
    if (failure.retryAfter().isPresent()) {
      wait = retries.retryAfter(failure.retryAfter().get());
      queue.hold(wait);
    } else if (failuresInARow >= current.delivery().breakerFailures()) {
      queue.hold(current.delivery().breakerPause());
    }
    log.debug(
        "delivery postponed receiver={} reason={} attempt={} waitMs={}",
        receiver.name(),
        failure.reason(),
        attempt,
        wait.toMillis());
    queue.failed(deliveries, wait);
    health.failed(failure, current.delivery().brokenAfter(), current.fallback());
  }

  /** The processing of deliveries. */
  private interface Step {
    void take() throws InterruptedException;
  }
}
