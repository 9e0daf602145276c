package io.tracetide.runtime.http;

import io.netty.channel.Channel;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The peer whose bytes the current thread reads, for log lines. */
public final class CurrentPeer {
  private static final ThreadLocal<@Nullable Channel> CHANNEL = new ThreadLocal<>();

  private CurrentPeer() {}

  /** Address of the peer; empty when the thread reads from none. */
  public static String address() {
    Channel channel = CHANNEL.get();
    SocketAddress address = channel == null ? null : channel.remoteAddress();
    return address == null ? "" : address.toString();
  }

  static void reading(@Nullable Channel channel) {
    if (channel == null) {
      CHANNEL.remove();
    } else {
      CHANNEL.set(channel);
    }
  }
}
