package io.tracetide.runtime.kafka.audit;

import io.tracetide.runtime.kafka.client.ClientProperties;
import io.tracetide.runtime.kafka.client.Guarantees;
import io.tracetide.schemas.topic.Topics;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Consumers of the audit trail: without a group, of committed records, with small buffers. */
public final class TrailConsumers {
  private static final int FETCH_BYTES = 2 << 20;

  /** Shorter than a request may take, so that a query reports the failure itself. */
  private static final int API_TIMEOUT_MS = 3_000;

  private TrailConsumers() {}

  /**
   * Properties of a consumer.
   *
   * @param settings those of the operator
   * @param clientId id of the client
   */
  public static ClientProperties settings(ClientProperties settings, String clientId) {
    settings
        .preset(ConsumerConfig.CLIENT_ID_CONFIG, clientId)
        .preset(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES)
        .preset(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES)
        .preset(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS)
        .preset(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS)
        .preset(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return Guarantees.requireCommitted(settings, "the audit trail")
        .forbid(ConsumerConfig.GROUP_ID_CONFIG, "the audit trail");
  }

  /**
   * Partitions of the trail, in order.
   *
   * @throws KafkaException when there is no such topic
   */
  static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
    @Nullable List<PartitionInfo> found = consumer.partitionsFor(Topics.AUDIT);
    if (found == null || found.isEmpty()) {
      throw new KafkaException(
          "Kafka has no topic " + Topics.AUDIT + ": 'tracetide topics --create' creates it");
    }
    return found.stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .sorted(Comparator.comparingInt(TopicPartition::partition))
        .toList();
  }
}
