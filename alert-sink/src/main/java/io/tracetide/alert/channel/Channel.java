package io.tracetide.alert.channel;

import io.tracetide.alert.message.AlertMessage;
import io.tracetide.schemas.NotificationReason;

/**
 * A means of delivery of notifications. It makes one attempt and returns its result; the caller
 * retries. Used by one thread at a time.
 */
public interface Channel extends AutoCloseable {

  /** Kind of channel, as in the configuration: {@code webhook}. */
  String kind();

  /**
   * Makes one attempt to send a message, and returns within the channel's timeout in every case.
   * The receiver may get a notification more than once, always with the same id. An interrupt ends
   * the attempt with {@link FailureReason#INTERRUPTED}, and the thread stays interrupted.
   */
  DeliveryResult deliver(AlertMessage message);

  /**
   * Whether notifications that are decided for this reason are sent; those of other reasons end
   * without an attempt. A summary of several notifications may contain alerts of any reason.
   */
  default boolean sends(NotificationReason reason) {
    return true;
  }

  /**
   * Whether notifications of several groups may be combined into one message while the messages of
   * the receiver are limited. False for a receiver that needs one event for each group; its
   * messages are not limited.
   */
  default boolean combines() {
    return true;
  }

  @Override
  void close();
}
