package io.tracetide.processor;

import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * The number of partitions of an internal topic, from the assignment metadata that every instance
 * has. To be called by an assigned task.
 */
final class PartitionCount implements IntSupplier {

  private final String topic;
  private volatile @Nullable KafkaStreams streams;

  /**
   * Creates the count of a topic.
   *
   * @param topic name of the topic, without the prefix and the suffix that Kafka Streams adds
   */
  PartitionCount(String topic) {
    this.topic = topic;
  }

  void become(KafkaStreams running) {
    streams = running;
  }

  @Override
  public int getAsInt() {
    KafkaStreams running = streams;
    if (running == null) {
      throw new IllegalStateException(
          "the partitions of " + topic + " are not known before the start");
    }
    return 1
        + running.metadataForAllStreamsClients().stream()
            .flatMap(
                client ->
                    Stream.concat(
                        client.topicPartitions().stream(),
                        client.standbyTopicPartitions().stream()))
            .filter(partition -> partition.topic().endsWith("-" + topic + "-repartition"))
            .mapToInt(TopicPartition::partition)
            .max()
            .orElse(0);
  }
}
