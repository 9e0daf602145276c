package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import org.jspecify.annotations.Nullable;

/**
 * A channel that is open, with its settings.
 *
 * @param config null for the channel of receivers that are not configured
 * @param channel the channel
 * @param templates the failures of its templates
 */
record OpenChannel(@Nullable ChannelConfig config, Channel channel, TemplateTrouble templates) {

  /** Opens a channel of a receiver. */
  static OpenChannel open(String receiver, ChannelConfig config, DeliveryEnvironment environment) {
    TemplateTrouble templates =
        new TemplateTrouble(() -> environment.metrics().templateFailed(receiver));
    ChannelContext context =
        new ChannelContext(
            receiver,
            environment.clock(),
            environment.kafka(),
            environment.states().memoryOf(receiver),
            templates);
    return new OpenChannel(config, config.open(context), templates);
  }

  /** The channel of receivers that are not configured. */
  static OpenChannel ofUnknown() {
    return new OpenChannel(null, new UnknownReceiverChannel(), new TemplateTrouble(() -> {}));
  }

  boolean isOfUnknown() {
    return config == null;
  }
}
