package io.tracetide.runtime.http;

import io.netty.channel.Channel;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The peer whose bytes the current thread reads, for log lines and for refused requests. */
public final class CurrentPeer {
  private static final ThreadLocal<@Nullable Channel> CHANNEL = new ThreadLocal<>();
  private static final ThreadLocal<@Nullable String> TARGET = new ThreadLocal<>();

  private CurrentPeer() {}

  /** Address of the peer; empty when the thread reads from none. */
  public static String address() {
    Channel channel = CHANNEL.get();
    SocketAddress address = channel == null ? null : channel.remoteAddress();
    return address == null ? "" : address.toString();
  }

  /**
   * The beginning of the path in the newest request line of the peer, as it was sent; empty when
   * there is none, as with HTTP/2. Armeria passes no path along with a request whose path it cannot
   * read.
   */
  public static String target() {
    String target = TARGET.get();
    return target == null ? "" : target;
  }

  static void requests(String target) {
    TARGET.set(target);
  }

  static void reading(@Nullable Channel channel) {
    if (channel == null) {
      CHANNEL.remove();
      TARGET.remove();
    } else {
      CHANNEL.set(channel);
    }
  }
}
