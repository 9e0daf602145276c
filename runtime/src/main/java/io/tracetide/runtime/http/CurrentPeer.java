package io.tracetide.runtime.http;

import io.netty.channel.Channel;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Whose bytes the current thread is reading, for what is logged about them. */
public final class CurrentPeer {
  private static final ThreadLocal<@Nullable Channel> CHANNEL = new ThreadLocal<>();

  private CurrentPeer() {}

  /** Address of the peer; empty when this thread reads for none. */
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
