package io.tracetide.processor.query.peer;

import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Requests between the instances of the application.
 *
 * @param connectTimeout how long a connection to another instance may take
 * @param responseTimeout how long its response for one partition may take
 * @param maxAnswerBytes of its response for one partition; a larger one counts as missing
 * @param threads partitions read for other instances in parallel
 * @param queued requests of other instances that may wait for a thread; more are rejected
 * @param token of this instance for other instances, where their listeners have tokens; its class
 *     is {@code tp}
 * @param trustedCertificates certificates in PEM, one of which must have signed those of other
 *     instances, where listeners have TLS; empty trusts those that the platform trusts
 */
public record PeerConfig(
    Duration connectTimeout,
    Duration responseTimeout,
    int maxAnswerBytes,
    int threads,
    int queued,
    Secret token,
    Optional<Path> trustedCertificates) {
  public PeerConfig {
    Checks.check()
        .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
        .range("responseTimeout", responseTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
        .range("maxAnswerBytes", maxAnswerBytes, 65_536, 1 << 30)
        .range("threads", threads, 1, 64)
        .range("queued", queued, 0, 10_000)
        .that(
            !token.isPresent() || isPeers(token),
            "token",
            "",
            "a token of class tp, as 'tracetide tokens create --class peer' prints it")
        .done();
  }

  private static boolean isPeers(Secret token) {
    return Token.parse(token.reveal())
        .map(known -> known.name().tokenClass() == TokenClass.PEER)
        .orElse(false);
  }

  public static PeerConfig defaults() {
    return new PeerConfig(
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        16 << 20,
        2,
        200,
        Secret.NONE,
        Optional.empty());
  }
}
