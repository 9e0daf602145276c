package io.tracetide.standalone.config;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Settings for the creation of missing topics; existing ones are not changed.
 *
 * @param partitions of each topic: the upper limit of parallel processing
 * @param replicationFactor replicas of each partition, at most the number of brokers
 * @param timeout time limit of Kafka's response
 * @param auditRetention retention of the audit trail; set at every creation of topics
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
