package io.tracetide.processor.query;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * How the instances that share the work ask each other.
 *
 * @param connectTimeout how long a connection to another instance may take
 * @param responseTimeout how long its answer for one partition may take
 * @param maxAnswerBytes of its answer for one partition; a larger one counts as missing
 * @param threads partitions read for others at once
 * @param queued questions of others that may wait for one of them; more are refused
 */
public record PeerConfig(
    Duration connectTimeout,
    Duration responseTimeout,
    int maxAnswerBytes,
    int threads,
    int queued) {
  public PeerConfig {
    Checks.check()
        .range("connectTimeout", connectTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
        .range("responseTimeout", responseTimeout, Duration.ofMillis(10), Duration.ofMinutes(1))
        .range("maxAnswerBytes", maxAnswerBytes, 65_536, 1 << 30)
        .range("threads", threads, 1, 64)
        .range("queued", queued, 0, 10_000)
        .done();
  }

  public static PeerConfig defaults() {
    return new PeerConfig(Duration.ofSeconds(1), Duration.ofSeconds(2), 16 << 20, 2, 200);
  }
}
