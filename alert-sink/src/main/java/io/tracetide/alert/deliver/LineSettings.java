package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.message.MessageBuilder;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import java.util.Optional;

/**
 * What a reload can change of the deliveries to a receiver. An attempt uses the settings with which
 * it began.
 *
 * @param open channel of the deliveries
 * @param sendResolved whether resolutions are sent
 * @param delivery queue, retries, timeouts, and the limit of the receiver's messages
 * @param messages builds the messages
 * @param fallback of what the receiver does not get
 */
record LineSettings(
    OpenChannel open,
    boolean sendResolved,
    DeliveryConfig delivery,
    MessageBuilder messages,
    Fallback fallback) {

  Channel channel() {
    return open.channel();
  }

  /** The limit of messages; empty if the channel needs one for each group. */
  Optional<MessageRate> limit() {
    return channel().combines() ? Optional.of(delivery.rate()) : Optional.empty();
  }
}
