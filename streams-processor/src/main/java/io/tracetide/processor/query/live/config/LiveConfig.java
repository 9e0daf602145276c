package io.tracetide.processor.query.live.config;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Limits of live queries.
 *
 * @param maxConnections open WebSockets and event streams; further ones are rejected with 503
 * @param maxSubscriptions subscriptions of one connection; further ones are rejected with an error
 *     message
 * @param interval how often changes are collected and sent
 * @param heartbeat time without a message after which a connection gets a heartbeat
 * @param resumeFor how long updates are kept for clients that reconnect
 * @param replayMegabytes memory for these updates, of all filters together; the oldest are dropped
 *     first
 * @param stallTimeout how long a client may leave a message unread before it is closed with 1013
 * @param maxAge age at which a connection is closed with 1001, so that its token is checked again
 */
public record LiveConfig(
    int maxConnections,
    int maxSubscriptions,
    Duration interval,
    Duration heartbeat,
    Duration resumeFor,
    int replayMegabytes,
    Duration stallTimeout,
    Duration maxAge) {
  public LiveConfig {
    Checks.check()
        .range("maxConnections", maxConnections, 0, 100_000)
        .range("maxSubscriptions", maxSubscriptions, 1, 1_000)
        .range("interval", interval, Duration.ofMillis(10), Duration.ofSeconds(10))
        .range("heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofMinutes(5))
        .range("resumeFor", resumeFor, Duration.ofSeconds(1), Duration.ofHours(1))
        .range("replayMegabytes", replayMegabytes, 1, 4_096)
        .range("stallTimeout", stallTimeout, Duration.ofMillis(100), Duration.ofMinutes(5))
        .range("maxAge", maxAge, Duration.ofSeconds(1), Duration.ofDays(7))
        .done();
  }

  public static LiveConfig defaults() {
    return new LiveConfig(
        200,
        16,
        Duration.ofMillis(50),
        Duration.ofSeconds(15),
        Duration.ofSeconds(60),
        64,
        Duration.ofSeconds(20),
        Duration.ofHours(1));
  }
}
