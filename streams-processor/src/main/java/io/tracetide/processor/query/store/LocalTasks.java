package io.tracetide.processor.query.store;

import io.tracetide.runtime.kafka.streams.RestoreProgress;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;

/** The active tasks of a Kafka Streams application in this process. */
record LocalTasks(KafkaStreams streams, RestoreProgress progress) {

  /** Throws {@link StoresUnavailableException} while partitions are assigned or restored. */
  void checkRunning() {
    KafkaStreams.State state = streams.state();
    if (state != KafkaStreams.State.RUNNING) {
      throw new StoresUnavailableException(
          "The processor is %s.%s".formatted(inWords(state), progress.sentence()));
    }
  }

  /** Numbers of the partitions of such a topic, in order. */
  Stream<Integer> partitions(Predicate<String> topic) {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .filter(partition -> topic.test(partition.topic()))
        .map(TopicPartition::partition)
        .distinct()
        .sorted();
  }

  private static String inWords(KafkaStreams.State state) {
    return switch (state) {
      case CREATED -> "starting";
      case REBALANCING -> "being assigned its partitions, or restoring their state";
      case RUNNING -> "running";
      case PENDING_SHUTDOWN, PENDING_ERROR, NOT_RUNNING -> "shutting down";
      case ERROR -> "stopped by an error";
    };
  }
}
