package io.tracetide.runtime.http;

import io.netty.util.NetUtil;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.http.tls.TlsConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The address, access and limits of a role's listener.
 *
 * @param host the address to bind; beyond loopback only with tokens and TLS, or {@code insecure}
 * @param port 0 for any free one
 * @param requestTimeout from the end of a request's headers to the end of its response
 * @param idleTimeout after which a connection without a complete request is closed
 * @param maxConnections open at a time, further ones are closed at once
 * @param maxConnectionsPerAddress the same for one address of another machine
 * @param maxRequestBytes of a request's body, as sent
 * @param tokens the file of tokens; empty for a listener without tokens
 * @param tls the certificate to serve with; empty serves in clear
 * @param reloadInterval how often the files of tokens and TLS are read again
 * @param openMetrics serve {@code /metrics} without a token also beyond loopback
 * @param insecure serve beyond this machine although tokens or TLS are missing
 * @param cors the web pages that may call from a browser
 */
public record ListenerConfig(
    String host,
    int port,
    Duration requestTimeout,
    Duration idleTimeout,
    int maxConnections,
    int maxConnectionsPerAddress,
    long maxRequestBytes,
    Optional<Path> tokens,
    TlsConfig tls,
    Duration reloadInterval,
    boolean openMetrics,
    boolean insecure,
    CorsConfig cors) {
  public ListenerConfig {
    Checks.check()
        .notBlank("host", host)
        .that(
            host.isBlank()
                || insecure
                || isLoopback(host)
                || (tokens.isPresent() && tls.isPresent()),
            "host",
            host,
            "a loopback address such as 127.0.0.1, because this listener has "
                + missing(tokens.isPresent(), tls.isPresent())
                + "; insecure: true beside it opens it to everyone who can reach it")
        .range("port", port, 0, 65_535)
        .positive("requestTimeout", requestTimeout)
        .positive("idleTimeout", idleTimeout)
        .range("maxConnections", maxConnections, 1, 1_000_000)
        .range("maxConnectionsPerAddress", maxConnectionsPerAddress, 1, 1_000_000)
        .range("maxRequestBytes", maxRequestBytes, 1, Integer.MAX_VALUE)
        .range("reloadInterval", reloadInterval, Duration.ofMillis(10), Duration.ofHours(1))
        .done();
  }

  private static String missing(boolean tokens, boolean tls) {
    if (!tokens && !tls) {
      return "no tokens and no TLS";
    }
    return tokens ? "no TLS, so that tokens could be read on the network" : "no tokens";
  }

  /** The defaults of every listener, on a port of its own. */
  public static ListenerConfig onPort(int port) {
    return new ListenerConfig(
        "127.0.0.1",
        port,
        Duration.ofSeconds(15),
        Duration.ofSeconds(10),
        256,
        32,
        4 * 1024 * 1024,
        Optional.empty(),
        TlsConfig.NONE,
        Duration.ofSeconds(10),
        false,
        false,
        CorsConfig.NONE);
  }

  /** The same listener on another port, for tests. */
  public ListenerConfig withPort(int other) {
    return with(other, requestTimeout, tokens);
  }

  /** The same listener with another request timeout. */
  public ListenerConfig withRequestTimeout(Duration other) {
    return with(port, other, tokens);
  }

  /** The same listener with the tokens of this file. */
  public ListenerConfig withTokens(Path file) {
    return with(port, requestTimeout, Optional.of(file));
  }

  private ListenerConfig with(int newPort, Duration newTimeout, Optional<Path> newTokens) {
    return new ListenerConfig(
        host,
        newPort,
        newTimeout,
        idleTimeout,
        maxConnections,
        maxConnectionsPerAddress,
        maxRequestBytes,
        newTokens,
        tls,
        reloadInterval,
        openMetrics,
        insecure,
        cors);
  }

  /** Whether only this machine can reach it. */
  public boolean isOnLoopback() {
    return isLoopback(host);
  }

  /** Only {@code localhost} and literal addresses count: a name could resolve to anything. */
  static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    return literal(host).map(InetAddress::isLoopbackAddress).orElse(false);
  }

  /** Whether this is a wildcard address, to which no client can connect. */
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
