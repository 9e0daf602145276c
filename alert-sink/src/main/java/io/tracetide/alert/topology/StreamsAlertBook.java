package io.tracetide.alert.topology;

import io.tracetide.alert.store.AlertTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsNotStartedException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The stores of Kafka Streams, and the instances by its last assignment. */
public final class StreamsAlertBook implements AlertBook {
  private final Supplier<KafkaStreams> streams;
  private final IntSupplier partitions;
  private final @Nullable HostInfo self;

  /**
   * Reads the stores of the application.
   *
   * @param streams the current application
   * @param partitions number of partitions of {@code alert-inputs}
   * @param self {@code application.server} of this instance; null without other instances
   */
  public StreamsAlertBook(
      Supplier<KafkaStreams> streams, IntSupplier partitions, @Nullable HostInfo self) {
    this.streams = streams;
    this.partitions = partitions;
    this.self = self;
  }

  @Override
  public AlertTables tables() {
    try {
      return new AlertTables(
          store(AlertStores.ALERTS),
          store(AlertStores.GROUPS),
          store(AlertStores.MEMBERS),
          store(AlertStores.SILENCES));
    } catch (InvalidStateStoreException e) {
      throw new BookClosedException(e);
    }
  }

  private ReadOnlyKeyValueStore<Bytes, byte[]> store(String name) {
    return streams
        .get()
        .store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.keyValueStore()));
  }

  @Override
  public List<String> others() {
    SortedSet<Integer> missing =
        IntStream.range(0, partitions.getAsInt())
            .boxed()
            .collect(Collectors.toCollection(TreeSet::new));
    SortedSet<String> hosts = new TreeSet<>();
    try {
      KafkaStreams running = streams.get();
      for (ThreadMetadata thread : running.metadataForLocalThreads()) {
        thread.activeTasks().forEach(task -> missing.removeAll(inputs(task.topicPartitions())));
      }
      if (self != null) {
        for (StreamsMetadata instance : running.metadataForAllStreamsClients()) {
          if (!self.equals(instance.hostInfo())
              && missing.removeAll(inputs(instance.topicPartitions()))) {
            hosts.add(authority(instance.hostInfo()));
          }
        }
      }
    } catch (IllegalStateException | StreamsNotStartedException e) {
      throw new BookClosedException(e);
    }
    if (!missing.isEmpty()) {
      throw new BookClosedException(
          "partitions "
              + missing
              + " of "
              + AlertTopology.INPUTS
              + " are on no known instance: it is starting, or sink.advertisedAddress is not set"
              + " on every instance");
    }
    return new ArrayList<>(hosts);
  }

  private static List<Integer> inputs(Set<TopicPartition> partitions) {
    return partitions.stream()
        .filter(partition -> partition.topic().equals(AlertTopology.INPUTS))
        .map(TopicPartition::partition)
        .toList();
  }

  private static String authority(HostInfo host) {
    String name = host.host().contains(":") ? "[" + host.host() + "]" : host.host();
    return name + ":" + host.port();
  }
}
