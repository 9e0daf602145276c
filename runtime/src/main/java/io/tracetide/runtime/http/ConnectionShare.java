package io.tracetide.runtime.http;

import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Limits the connections of each address of another machine, so that one client cannot take all of
 * them. Loopback is not limited: all processes of this machine have one address.
 */
final class ConnectionShare implements Consumer<ChannelPipeline> {
  private final int limit;
  private final Map<InetAddress, Integer> open = new ConcurrentHashMap<>();

  ConnectionShare(int limit) {
    this.limit = limit;
  }

  /** Admits or closes a new connection. */
  @Override
  public void accept(ChannelPipeline connection) {
    if (!(connection.channel().remoteAddress() instanceof InetSocketAddress remote)
        || remote.getAddress().isLoopbackAddress()) {
      return;
    }
    InetAddress address = remote.getAddress();
    boolean over = open.merge(address, 1, Integer::sum) > limit;
    connection
        .channel()
        .closeFuture()
        .addListener(
            closed ->
                open.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1));
    if (over) {
      Future<Void> unused = connection.channel().close();
    }
  }

  /** Number of addresses with a connection. */
  int addresses() {
    return open.size();
  }
}
