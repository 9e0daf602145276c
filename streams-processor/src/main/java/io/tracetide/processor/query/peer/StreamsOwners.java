package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.peer.PartitionOwners.Owners;
import io.tracetide.processor.query.store.StoresUnavailableException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.StreamsNotStartedException;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Owners by the last assignment of Kafka Streams.
 *
 * <p>The assignment has an owner for every partition, even while that owner restores its state, and
 * an instance that failed remains in it until the session timeout. An owner may therefore not have
 * the partition yet, or not respond: then it counts as missing.
 */
public final class StreamsOwners implements PartitionOwners {
  private final KafkaStreams streams;
  private final HostInfo self;
  private final Predicate<String> topic;

  /** Greatest number of partitions seen: a partition exists even while it has no owner. */
  private final AtomicInteger partitions = new AtomicInteger();

  private StreamsOwners(KafkaStreams streams, HostInfo self, Predicate<String> topic) {
    this.streams = streams;
    this.self = self;
    this.topic = topic;
  }

  /**
   * Owners of the partitions of a repartition topic.
   *
   * @param self {@code application.server} of this instance
   * @param topic whose partitions the stores follow, without the prefix and suffix that Streams
   *     adds
   */
  public static StreamsOwners ofRepartition(KafkaStreams streams, HostInfo self, String topic) {
    String ending = "-" + topic + "-repartition";
    return new StreamsOwners(streams, self, name -> name.endsWith(ending));
  }

  /** Owners of the partitions of an input topic. */
  public static StreamsOwners ofInput(KafkaStreams streams, HostInfo self, String topic) {
    return new StreamsOwners(streams, self, topic::equals);
  }

  @Override
  public Owners owners() {
    Map<Integer, String> hosts = new HashMap<>();
    try {
      for (StreamsMetadata instance : streams.metadataForAllStreamsClients()) {
        for (TopicPartition partition : instance.topicPartitions()) {
          if (topic.test(partition.topic())) {
            hosts.put(partition.partition(), authority(instance.hostInfo()));
            partitions.accumulateAndGet(partition.partition() + 1, Math::max);
          }
        }
      }
    } catch (StreamsNotStartedException e) {
      throw new StoresUnavailableException("The processor is starting.", e);
    } catch (IllegalStateException e) {
      throw StoresUnavailableException.stopped(e);
    }
    return new Owners(authority(self), partitions.get(), hosts);
  }

  /** The host and port of a URL. */
  public static String authority(HostInfo host) {
    String name = host.host().contains(":") ? "[" + host.host() + "]" : host.host();
    return name + ":" + host.port();
  }
}
