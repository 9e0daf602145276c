package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.message.AlertMessage;

/**
 * Rejects notifications of receivers that are not configured any more, so that they are
 * dead-lettered.
 */
final class UnknownReceiverChannel implements Channel {

  @Override
  public String kind() {
    return "none";
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    return new DeliveryResult.Rejected(
        FailureReason.UNKNOWN_RECEIVER, "no receiver of that name is configured");
  }

  @Override
  public void close() {}
}
