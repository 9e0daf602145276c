package io.tracetide.alert.channel;

import java.util.Locale;

/** The settings of a kind of channel, and the factory of the channel. */
public interface ChannelConfig {

  /** Kind of channel, as in the configuration: {@code webhook} for {@code WebhookConfig}. */
  default String kind() {
    String name = getClass().getSimpleName().replaceFirst("Config$", "");
    return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
  }

  /** Opens the channel. */
  Channel open(ChannelContext context);
}
