package io.tracetide.processor;

import java.util.Collection;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The number of partitions of an internal topic, from the assignment metadata that every instance
 * has. To be called by an assigned task. While the application shuts down, Kafka Streams does not
 * answer, and the count is the last one that was known.
 */
final class PartitionCount implements IntSupplier {

  private final String topic;
  private volatile @Nullable Supplier<Collection<StreamsMetadata>> clients;
  private volatile int known;

  /**
   * Creates the count of a topic.
   *
   * @param topic name of the topic, without the prefix and the suffix that Kafka Streams adds
   */
  PartitionCount(String topic) {
    this.topic = topic;
  }

  /**
   * Sets the application.
   *
   * @param metadata the assignment of all its instances
   */
  void become(Supplier<Collection<StreamsMetadata>> metadata) {
    clients = metadata;
  }

  @Override
  public int getAsInt() {
    Supplier<Collection<StreamsMetadata>> running = clients;
    if (running == null) {
      throw new IllegalStateException(
          "the partitions of " + topic + " are not known before the start");
    }
    Collection<StreamsMetadata> assigned;
    try {
      assigned = running.get();
    } catch (IllegalStateException e) {
      if (known == 0) {
        throw e;
      }
      return known;
    }
    int count = count(assigned);
    known = count;
    return count;
  }

  private int count(Collection<StreamsMetadata> assigned) {
    return 1
        + assigned.stream()
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
