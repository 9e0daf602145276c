package io.tracetide.alert.channel;

import io.tracetide.schemas.Notification;

/**
 * A way to reach people. It tries once and says how that went; when to try again is not its
 * business. Used by one thread at a time.
 */
public interface Channel extends AutoCloseable {

  /** Kind of channel, as in the configuration: {@code webhook}. */
  String kind();

  /**
   * Tries to deliver, and comes back within the channel's timeout whatever the other side does. The
   * other side may get a notification more than once, always with the same id. An interrupt ends
   * the try with {@link FailureReason#INTERRUPTED}, and stays pending.
   */
  DeliveryResult deliver(Notification notification);

  @Override
  void close();
}
