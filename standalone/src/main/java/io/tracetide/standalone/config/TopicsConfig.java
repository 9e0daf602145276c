package io.tracetide.standalone.config;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * How topics are created that are missing; existing ones are left as they are.
 *
 * @param partitions of each topic: the upper limit of parallel work
 * @param replicationFactor copies of each partition, at most the number of brokers
 * @param timeout how long Kafka may take
 * @param auditRetention how long the audit trail is kept; set at every creation of topics
 */
public record TopicsConfig(
    int partitions, int replicationFactor, Duration timeout, Duration auditRetention) {
  public TopicsConfig {
    Checks.check()
        .range("partitions", partitions, 1, 10_000)
        .range("replicationFactor", replicationFactor, 1, 100)
        .positive("timeout", timeout)
        .range("auditRetention", auditRetention, Duration.ofDays(1), Duration.ofDays(36_500))
        .done();
  }

  public static TopicsConfig defaults() {
    return new TopicsConfig(4, 1, Duration.ofSeconds(30), Duration.ofDays(400));
  }
}
