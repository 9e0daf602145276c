package io.tracetide.processor;

import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * How many partitions a topic of the application has, from what each assignment tells every
 * instance. To be asked by a task that has been assigned.
 */
final class PartitionCount implements IntSupplier {

  private final String topic;
  private volatile @Nullable KafkaStreams streams;

  /**
   * Counts the partitions of a topic.
   *
   * @param topic its name, without the prefix and the suffix that Streams gives it
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
      throw new IllegalStateException("asked for partitions of " + topic + " before the start");
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
