package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.schemas.AlertStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a receiver fails for a long time while notifications wait, and that it has
 * recovered. The fallback receiver is notified of both, once each: that it is broken is noted in
 * the shared states, so that other instances and a restart know it. Used by one thread.
 */
final class ReceiverHealth {
  /** Group under which the states have the begin of the failures. */
  private static final String NOTE = "#broken";

  private static final Logger log = LoggerFactory.getLogger(ReceiverHealth.class);

  private final String receiver;
  private final OutcomeLog outcomes;
  private final DeliveryMemory memory;
  private final IntSupplier pending;
  private final Clock clock;
  private @Nullable Instant failingSince;
  private long failingSinceNanos;

  /**
   * Of one receiver.
   *
   * @param memory the shared states of the receiver
   * @param pending notifications that wait
   */
  ReceiverHealth(
      String receiver,
      OutcomeLog outcomes,
      DeliveryMemory memory,
      IntSupplier pending,
      Clock clock) {
    this.receiver = receiver;
    this.outcomes = outcomes;
    this.memory = memory;
    this.pending = pending;
    this.clock = clock;
  }

  /**
   * An attempt has failed and will be repeated.
   *
   * @param brokenAfter time of failures after which the receiver is broken
   */
  void failed(Retryable failure, Duration brokenAfter, Fallback fallback)
      throws InterruptedException {
    if (failingSince == null) {
      failingSince = clock.instant();
      failingSinceNanos = System.nanoTime();
    }
    Instant since = failingSince;
    Duration failing = Duration.ofNanos(System.nanoTime() - failingSinceNanos);
    if (failing.compareTo(brokenAfter) < 0 || memory.get(NOTE).isPresent()) {
      return;
    }
    String summary =
        "receiver %s has failed for %s (%s: %s); %d notifications wait"
            .formatted(
                receiver,
                Fallback.text(failing),
                failure.reason(),
                failure.detail(),
                pending.getAsInt());
    log.warn("{}", summary);
    if (!fallback.isFor(receiver)
        || outcomes.write(() -> fallback.broken(receiver, since, AlertStatus.FIRING, summary))) {
      memory.put(NOTE, since.toString());
    }
  }

  /** An attempt has succeeded. */
  void succeeded(Fallback fallback) throws InterruptedException {
    over("has recovered", fallback);
  }

  /** The receiver is not configured any more. */
  void removed(Fallback fallback) throws InterruptedException {
    over("is not configured any more", fallback);
  }

  private void over(String how, Fallback fallback) throws InterruptedException {
    failingSince = null;
    Optional<String> noted = memory.get(NOTE);
    if (noted.isEmpty()) {
      return;
    }
    Instant since = Instant.parse(noted.get());
    String summary =
        "receiver %s %s after %s"
            .formatted(receiver, how, Fallback.text(Duration.between(since, clock.instant())));
    log.info("{}", summary);
    if (!fallback.isFor(receiver)
        || outcomes.write(() -> fallback.broken(receiver, since, AlertStatus.RESOLVED, summary))) {
      memory.remove(NOTE);
    }
  }
}
