package io.tracetide.runtime.http;

import io.netty.util.NetUtil;
import io.tracetide.runtime.config.Checks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a role listens and what it puts up with.
 *
 * @param host the address to bind, loopback unless {@code insecure}
 * @param port 0 for any free one
 * @param requestTimeout from the end of a request's headers to the end of its response
 * @param idleTimeout after which a connection without a complete request is closed
 * @param maxConnections open at a time, further ones are closed at once
 * @param maxRequestBytes of a request's body, as sent
 * @param insecure serve beyond this machine although there is neither authentication nor TLS
 */
public record ListenerConfig(
    String host,
    int port,
    Duration requestTimeout,
    Duration idleTimeout,
    int maxConnections,
    long maxRequestBytes,
    boolean insecure) {
  public ListenerConfig {
    Checks.check()
        .notBlank("host", host)
        .that(
            host.isBlank() || insecure || isLoopback(host),
            "host",
            host,
            "a loopback address such as 127.0.0.1, because this listener has no authentication and"
                + " no TLS; insecure: true beside it opens it to everyone who can reach it")
        .range("port", port, 0, 65_535)
        .positive("requestTimeout", requestTimeout)
        .positive("idleTimeout", idleTimeout)
        .range("maxConnections", maxConnections, 1, 1_000_000)
        .range("maxRequestBytes", maxRequestBytes, 1, Integer.MAX_VALUE)
        .done();
  }

  /** The defaults of every listener, on a port of its own. */
  public static ListenerConfig onPort(int port) {
    return new ListenerConfig(
        "127.0.0.1",
        port,
        Duration.ofSeconds(15),
        Duration.ofSeconds(10),
        256,
        4 * 1024 * 1024,
        false);
  }

  /** The same listener elsewhere: tests and {@code --port-offset}. */
  public ListenerConfig withPort(int other) {
    return new ListenerConfig(
        host, other, requestTimeout, idleTimeout, maxConnections, maxRequestBytes, insecure);
  }

  /** Only {@code localhost} and literal addresses count: a name could resolve to anything. */
  static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    return literal(host).map(InetAddress::isLoopbackAddress).orElse(false);
  }

  /** Whether this stands for every address of a machine, and so for none that can be dialled. */
  public static boolean isWildcard(String host) {
    return literal(host).map(InetAddress::isAnyLocalAddress).orElse(false);
  }

  private static Optional<InetAddress> literal(String host) {
    byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return address == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(address));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
