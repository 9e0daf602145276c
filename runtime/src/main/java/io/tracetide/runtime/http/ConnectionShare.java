package io.tracetide.runtime.http;

import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Lets no other machine have more than its share of the connections, so that none can take them all
 * away. What runs on this machine may have as many as there are: to us it is one address, whatever
 * runs there.
 */
final class ConnectionShare implements Consumer<ChannelPipeline> {
  private final int limit;
  private final Map<InetAddress, Integer> open = new ConcurrentHashMap<>();

  ConnectionShare(int limit) {
    this.limit = limit;
  }

  /** Takes a new connection, or closes it. */
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

  /** Machines that have a connection. */
  int addresses() {
    return open.size();
  }
}
