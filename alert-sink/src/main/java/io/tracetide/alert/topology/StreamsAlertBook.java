package io.tracetide.alert.topology;

import io.tracetide.alert.store.AlertTables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
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
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsNotStartedException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** The stores of Kafka Streams, and the instances by its last assignment. */
public final class StreamsAlertBook implements AlertBook {
  private final Supplier<KafkaStreams> streams;
  private final DecisionProgress progress;
  private final IntSupplier partitions;
  private final @Nullable HostInfo self;

  /**
   * Reads the stores of the application.
   *
   * @param streams the current application
   * @param progress of the decision, which knows the partitions of this instance
   * @param partitions number of partitions of {@code alert-inputs}
   * @param self {@code application.server} of this instance; null without other instances
   */
  public StreamsAlertBook(
      Supplier<KafkaStreams> streams,
      DecisionProgress progress,
      IntSupplier partitions,
      @Nullable HostInfo self) {
    this.streams = streams;
    this.progress = progress;
    this.partitions = partitions;
    this.self = self;
  }

  /** Each partition by itself: stores of several partitions have no common order of keys. */
  @Override
  public List<AlertTables> tables() {
    try {
      return held().stream().map(this::tables).toList();
    } catch (InvalidStateStoreException e) {
      throw new BookClosedException(e);
    }
  }

  private AlertTables tables(int partition) {
    return new AlertTables(
        store(AlertStores.ALERTS, partition),
        store(AlertStores.GROUPS, partition),
        store(AlertStores.MEMBERS, partition),
        store(AlertStores.SILENCES, partition));
  }

  private ReadOnlyKeyValueStore<Bytes, byte[]> store(String name, int partition) {
    return streams
        .get()
        .store(
            StoreQueryParameters.fromNameAndType(
                    name, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
                .withPartition(partition));
  }

  /** Only tasks that have restored their state: the stores of others are left out silently. */
  @Override
  public SortedSet<Integer> held() {
    return progress.held();
  }

  @Override
  public Map<String, List<Integer>> others() {
    SortedSet<Integer> missing =
        IntStream.range(0, partitions.getAsInt())
            .boxed()
            .collect(Collectors.toCollection(TreeSet::new));
    missing.removeAll(held());
    Map<String, List<Integer>> others = new TreeMap<>();
    if (self != null && !missing.isEmpty()) {
      for (StreamsMetadata instance : instances()) {
        List<Integer> needed = inputs(instance.topicPartitions());
        needed.retainAll(missing);
        if (!self.equals(instance.hostInfo()) && !needed.isEmpty()) {
          others.put(authority(instance.hostInfo()), needed);
          missing.removeAll(needed);
        }
      }
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
    return others;
  }

  /** Without an address, the instances do not know each other. */
  @Override
  public int members() {
    return self == null ? 1 : Math.max(1, instances().size());
  }

  private Collection<StreamsMetadata> instances() {
    try {
      return streams.get().metadataForAllStreamsClients();
    } catch (IllegalStateException | StreamsNotStartedException e) {
      throw new BookClosedException(e);
    }
  }

  private static List<Integer> inputs(Set<TopicPartition> partitions) {
    return partitions.stream()
        .filter(partition -> partition.topic().equals(AlertTopology.INPUTS))
        .map(TopicPartition::partition)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static String authority(HostInfo host) {
    String name = host.host().contains(":") ? "[" + host.host() + "]" : host.host();
    return name + ":" + host.port();
  }
}
