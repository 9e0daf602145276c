package io.tracetide.schemas.topic;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The specification of a topic.
 *
 * @param name name of the topic
 * @param configs topic-level settings; the broker's defaults apply to the others
 * @param compacted whether the newest record of each key is kept
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

  /** The topic to create, with this number of partitions and replicas. */
  public NewTopic toNewTopic(int partitions, short replicationFactor) {
    Map<String, String> settings = new HashMap<>(configs);
    if (replicationFactor >= 3) {
      // Writes continue with one broker down, and an acknowledged record is on two disks or more.
      settings.putIfAbsent(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
    }
    return new NewTopic(name, partitions, replicationFactor).configs(settings);
  }
}
