package io.tracetide.alert.channel;

/** The settings of a kind of channel, and the factory of the channel. */
public interface ChannelConfig {

  /** Opens the channel. */
  Channel open(ChannelContext context);
}
