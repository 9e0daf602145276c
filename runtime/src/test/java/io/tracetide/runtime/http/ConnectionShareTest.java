package io.tracetide.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionShareTest {
  private final ConnectionShare share = new ConnectionShare(32);

  @Test
  void shouldCloseConnectionsOfAnAddressAboveItsLimit() throws Exception {
    List<EmbeddedChannel> greedy = open("10.0.0.1", 33);

    assertThat(greedy.subList(0, 32)).allMatch(EmbeddedChannel::isOpen);
    assertThat(greedy.get(32).isOpen()).isFalse();
    assertThat(open("10.0.0.2", 1)).allMatch(EmbeddedChannel::isOpen);
  }

  @Test
  void shouldCountClosedConnectionsNoLonger() throws Exception {
    for (EmbeddedChannel channel : open("10.0.0.1", 40)) {
      channel.close();
    }

    assertThat(share.addresses()).isZero();
    assertThat(open("10.0.0.1", 32)).allMatch(EmbeddedChannel::isOpen);
  }

  @Test
  void shouldNotLimitLoopbackAddresses() throws Exception {
    assertThat(open("127.0.0.1", 256)).allMatch(EmbeddedChannel::isOpen);
  }

  private List<EmbeddedChannel> open(String address, int times) throws UnknownHostException {
    List<EmbeddedChannel> opened = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(address), 40_000 + i);
      EmbeddedChannel channel =
          new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
              return remote;
            }
          };
      share.accept(channel.pipeline());
      opened.add(channel);
    }
    return opened;
  }
}
