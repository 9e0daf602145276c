package io.tracetide.alert.deliver;

import io.tracetide.alert.memory.DeliveryStates;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import java.util.Optional;

/** Why a delivery ends without a message. */
enum Ending {
  /**
   * The process ended, or lost the partition, between the delivery and the commit of its offset.
   * The outcome is written again, because the state may have been written without it.
   */
  DELIVERED_BEFORE(
      DeliveryStatus.DELIVERED, "DELIVERED_BEFORE", "delivered before, and not sent again"),

  NEWER_DELIVERED(
      DeliveryStatus.SUPERSEDED,
      "NEWER_NOTIFICATION",
      "a newer state of the same group was delivered before"),

  NEWER_DECIDED(
      DeliveryStatus.SUPERSEDED,
      "NEWER_NOTIFICATION",
      "a newer state of the same group was decided before this one got through"),

  /** The receiver is not notified of resolutions. */
  RESOLVED_NOT_SENT(DeliveryStatus.SUPPRESSED, "RESOLVED_NOT_SENT", "sendResolved is false"),

  /** The channel of the receiver has no message for it. */
  REASON_NOT_SENT(
      DeliveryStatus.SUPPRESSED,
      "REASON_NOT_SENT",
      "the channel does not send notifications of this reason");

  private final DeliveryStatus status;
  private final String reason;
  private final String detail;

  Ending(DeliveryStatus status, String reason, String detail) {
    this.status = status;
    this.reason = reason;
    this.detail = detail;
  }

  /**
   * How a delivery ends that is due; empty if it is to be sent.
   *
   * @param replayed whether an operator has sent the notification again
   * @param settings of the receiver
   */
  static Optional<Ending> of(
      Notification notification, boolean replayed, LineSettings settings, DeliveryStates states) {
    if (states.isDelivered(notification) && !replayed) {
      return Optional.of(DELIVERED_BEFORE);
    }
    if (states.isStale(notification)) {
      return Optional.of(NEWER_DELIVERED);
    }
    boolean resolution =
        notification.getStatus() == AlertStatus.RESOLVED
            || notification.getReason() == NotificationReason.SOME_ALERTS_RESOLVED;
    if (resolution && !settings.sendResolved()) {
      return Optional.of(RESOLVED_NOT_SENT);
    }
    return settings.channel().sends(notification.getReason())
        ? Optional.empty()
        : Optional.of(REASON_NOT_SENT);
  }

  DeliveryStatus status() {
    return status;
  }

  /** Constant for machines. */
  String reason() {
    return reason;
  }

  /** Sentence for people. */
  String detail() {
    return detail;
  }
}
