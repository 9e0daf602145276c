package io.tracetide.alert.channel.log;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import java.time.Clock;

/** Settings of the log channel: there are none. */
public record LogConfig() implements ChannelConfig {

  public static LogConfig defaults() {
    return new LogConfig();
  }

  @Override
  public Channel open(String receiver, Clock clock) {
    return new LogChannel();
  }
}
