package io.tracetide.alert.channel;

import java.time.Duration;
import java.util.Optional;

/** How one try to deliver went. */
public sealed interface DeliveryResult {

  /** The other side has it. */
  record Delivered() implements DeliveryResult {}

  /**
   * The world is bad now; another try may work. The other side may have got it all the same.
   *
   * @param detail for people, without secrets
   * @param retryAfter how long the other side asks to be left alone
   */
  record Retryable(FailureReason reason, String detail, Optional<Duration> retryAfter)
      implements DeliveryResult {

    public static Retryable because(FailureReason reason, String detail) {
      return new Retryable(reason, detail, Optional.empty());
    }
  }

  /**
   * The other side, or a rule of ours, refuses it; another try would not help.
   *
   * @param detail for people, without secrets
   */
  record Rejected(FailureReason reason, String detail) implements DeliveryResult {}
}
