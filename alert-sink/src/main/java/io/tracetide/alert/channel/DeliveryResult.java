package io.tracetide.alert.channel;

import java.time.Duration;
import java.util.Optional;

/** The result of one attempt to deliver. */
public sealed interface DeliveryResult {

  /**
   * The receiver has accepted the notification.
   *
   * @param detail which part of the receiver has not accepted it, without secrets; empty when all
   *     have
   */
  record Delivered(String detail) implements DeliveryResult {

    public Delivered() {
      this("");
    }
  }

  /**
   * A temporary failure; a retry may succeed. The receiver may have got the notification
   * nevertheless.
   *
   * @param detail for people, without secrets
   * @param retryAfter shortest time to the retry, as requested by the receiver
   */
  record Retryable(FailureReason reason, String detail, Optional<Duration> retryAfter)
      implements DeliveryResult {

    public static Retryable because(FailureReason reason, String detail) {
      return new Retryable(reason, detail, Optional.empty());
    }
  }

  /**
   * A permanent failure: the receiver or a rule of Tracetide refuses the notification; a retry
   * would not help.
   *
   * @param detail for people, without secrets
   */
  record Rejected(FailureReason reason, String detail) implements DeliveryResult {}
}
