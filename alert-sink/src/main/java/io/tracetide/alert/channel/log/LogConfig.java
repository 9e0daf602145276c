package io.tracetide.alert.channel.log;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;

/** Settings of the log channel: there are none. */
public record LogConfig() implements ChannelConfig {

  public static LogConfig defaults() {
    return new LogConfig();
  }

  @Override
  public Channel open(ChannelContext context) {
    return new LogChannel();
  }
}
