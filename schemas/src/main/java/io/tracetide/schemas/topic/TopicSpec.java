package io.tracetide.schemas.topic;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic as it ought to be.
 *
 * @param name name of the topic
 * @param configs topic-level settings; what is absent is the broker's default
 * @param compacted whether the newest record of a key is kept past the others
 */
public record TopicSpec(String name, Map<String, String> configs, boolean compacted) {

  public TopicSpec {
    configs = Map.copyOf(configs);
    boolean policyCompacts =
        configs.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "").contains("compact");
    if (policyCompacts != compacted) {
      throw new IllegalArgumentException(
          "compacted=" + compacted + " contradicts the cleanup policy of topic " + name);
    }
  }

  /** The topic to create, spread over that many partitions and brokers. */
  public NewTopic toNewTopic(int partitions, short replicationFactor) {
    Map<String, String> settings = new HashMap<>(configs);
    if (replicationFactor >= 3) {
      // One broker may be down for writes to go on, and no acknowledged record is on one disk only.
      settings.putIfAbsent(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
    }
    return new NewTopic(name, partitions, replicationFactor).configs(settings);
  }
}
