package io.tracetide.processor.query.store;

import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.query.store.StorePartitions.Held;
import io.tracetide.processor.query.store.StorePartitions.Holdings;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.processor.window.OpenWindows;
import io.tracetide.processor.window.tier.StoredServices;
import io.tracetide.runtime.kafka.streams.RestoreProgress;
import io.tracetide.schemas.Anomaly;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.UnknownStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.jspecify.annotations.Nullable;

/** Partitions of a running Kafka Streams application. */
public final class KafkaStreamsPartitions implements StorePartitions {
  private final KafkaStreams streams;
  private final HostInfo self;
  private final String topic;
  private final OpenPartitions open;
  private final RestoreProgress progress;

  /**
   * Reads the stores of {@code streams}.
   *
   * @param self {@code application.server} of this instance
   * @param topic topic whose partitions the stores follow, without the application's prefix
   * @param open open windows of the partitions that this process aggregates
   * @param progress progress of the restoration in {@code streams}
   */
  public KafkaStreamsPartitions(
      KafkaStreams streams,
      HostInfo self,
      String topic,
      OpenPartitions open,
      RestoreProgress progress) {
    this.streams = streams;
    this.self = self;
    this.topic = topic;
    this.open = open;
    this.progress = progress;
  }

  @Override
  public Holdings holdings() {
    LocalTasks tasks = new LocalTasks(streams, progress);
    tasks.checkRunning();
    try {
      Holdings holdings =
          new Holdings(
              tasks.partitions(this::followedByStores).map(this::held).toList(), hostsElsewhere());
      if (holdings.here().isEmpty() && holdings.elsewhere().isEmpty()) {
        throw StoresUnavailableException.unassigned();
      }
      return holdings;
    } catch (InvalidStateStoreException | IllegalStateException e) {
      throw StoresUnavailableException.stopped(e);
    }
  }

  private List<String> hostsElsewhere() {
    Set<String> hosts = new TreeSet<>();
    for (StreamsMetadata instance : streams.metadataForAllStreamsClients()) {
      if (!instance.hostInfo().equals(self)
          && instance.topicPartitions().stream()
              .map(TopicPartition::topic)
              .anyMatch(this::followedByStores)) {
        hosts.add(instance.hostInfo().host() + ":" + instance.hostInfo().port());
      }
    }
    return List.copyOf(hosts);
  }

  private boolean followedByStores(String name) {
    return name.equals(topic)
        || name.endsWith("-" + topic)
        || name.endsWith("-" + topic + "-repartition");
  }

  private Held held(int partition) {
    return new Held() {
      @Override
      public int partition() {
        return partition;
      }

      @Override
      public ReadOnlyWindowStore<Bytes, byte[]> rows(String storeName) {
        return store(storeName, QueryableStoreTypes.windowStore());
      }

      @Override
      public OpenWindows open() {
        return held(open.of(partition));
      }

      @Override
      public StoredServices services() {
        return held(open.services(partition));
      }

      private <T> T held(@Nullable T state) {
        if (state == null) {
          throw new StoresUnavailableException(
              "Partition %d is being reassigned.".formatted(partition));
        }
        return state;
      }

      @Override
      public ReadOnlyKeyValueStore<String, Anomaly> anomalies() {
        return store("anomalies", QueryableStoreTypes.keyValueStore());
      }

      @Override
      public PartitionProgress detection() {
        return open.progress().of(partition);
      }

      private <T> T store(String name, QueryableStoreType<T> type) {
        try {
          return streams.store(
              StoreQueryParameters.fromNameAndType(name, new ResolvedStore<>(type))
                  .withPartition(partition));
        } catch (UnknownStateStoreException e) {
          throw new IllegalStateException("the topology has no store " + name, e);
        } catch (IllegalStateException e) {
          throw StoresUnavailableException.stopped(e);
        } catch (InvalidStateStoreException e) {
          throw new StoresUnavailableException(
              "Store %s of partition %d is being reassigned.%s"
                  .formatted(name, partition, progress.sentence()),
              e);
        }
      }
    };
  }
}
