package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.schemas.Notification;

/**
 * Takes what was decided for a receiver that has left the configuration since: nobody is told, and
 * that is not passed over in silence.
 */
final class UnknownReceiverChannel implements Channel {

  @Override
  public String kind() {
    return "none";
  }

  @Override
  public DeliveryResult deliver(Notification notification) {
    return new DeliveryResult.Rejected(
        FailureReason.UNKNOWN_RECEIVER, "no receiver of that name is configured");
  }

  @Override
  public void close() {}
}
