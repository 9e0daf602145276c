package io.tracetide.alert.channel;

import java.time.Clock;

/** The settings of a kind of channel, and the factory of the channel. */
public interface ChannelConfig {

  /**
   * Opens the channel.
   *
   * @param receiver name of its receiver
   * @param clock for dates in responses
   */
  Channel open(String receiver, Clock clock);
}
