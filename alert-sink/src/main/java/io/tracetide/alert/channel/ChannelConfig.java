package io.tracetide.alert.channel;

import java.time.Clock;

/** The settings of a channel, which can open it. Each kind has its own, beside its channel. */
public interface ChannelConfig {

  /**
   * Opens the channel.
   *
   * @param receiver name of the receiver that it reaches
   * @param clock what answers with dates are read by
   */
  Channel open(String receiver, Clock clock);
}
