package io.tracetide.processor.exposition;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.query.store.LedgerPartitions;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.topology.anomaly.AnomalyStores;
import io.tracetide.runtime.kafka.streams.RestoreProgress;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** The current numbers of a running Kafka Streams application. */
public final class KafkaStreamsGauges implements LocalGauges {
  private static final String HEARTBEAT_GROUP = "consumer-coordinator-metrics";
  private static final String HEARTBEAT_AGE = "last-heartbeat-seconds-ago";
  private static final String LAG_GROUP = "consumer-fetch-manager-metrics";
  private static final String LAG = "records-lag";

  private final KafkaStreams streams;
  private final Optional<LedgerPartitions> ledger;
  private final String topic;
  private final Duration sessionTimeout;
  private final RestoreProgress progress;

  /**
   * Reads the partitions of {@code streams}.
   *
   * @param ledger partitions of the ledger; empty when traces are not followed
   * @param topic topic whose partitions the stores follow, without the application's prefix
   * @param sessionTimeout time without a heartbeat after which the group reassigns the partitions
   */
  public KafkaStreamsGauges(
      KafkaStreams streams,
      Optional<LedgerPartitions> ledger,
      String topic,
      Duration sessionTimeout,
      RestoreProgress progress) {
    this.streams = streams;
    this.ledger = ledger;
    this.topic = topic;
    this.sessionTimeout = sessionTimeout;
    this.progress = progress;
  }

  @Override
  public void checkServing() {
    KafkaStreams.State state = streams.state();
    if (state != KafkaStreams.State.RUNNING && state != KafkaStreams.State.REBALANCING) {
      throw new StoresUnavailableException(
          "The processor is not running: %s.%s".formatted(state, progress.sentence()));
    }
    double age =
        metrics(HEARTBEAT_GROUP, HEARTBEAT_AGE)
            .mapToDouble(KafkaStreamsGauges::value)
            .max()
            .orElse(0);
    if (age >= sessionTimeout.toSeconds()) {
      throw new StoresUnavailableException(
          "No heartbeat was sent to Kafka for %.0f s: other instances may have the partitions now."
              .formatted(age));
    }
  }

  @Override
  public void traces(TraceReader reader) {
    ledger.ifPresent(
        partitions -> {
          Map<Integer, LedgerPartition> held;
          try {
            held = partitions.held();
          } catch (StoresUnavailableException e) {
            return;
          }
          held.forEach(
              (partition, part) ->
                  part.counts(
                      (tenant, service, inFlight, stuck) ->
                          reader.read(partition, tenant, service, inFlight, stuck)));
        });
  }

  @Override
  public void anomalies(AnomalyReader reader) {
    for (int partition : held()) {
      try (KeyValueIterator<String, Anomaly> open =
          streams
              .store(
                  StoreQueryParameters.fromNameAndType(
                          AnomalyStores.OPEN, QueryableStoreTypes.<String, Anomaly>keyValueStore())
                      .withPartition(partition))
              .all()) {
        open.forEachRemaining(
            entry ->
                reader.read(
                    partition,
                    entry.value.getTenantId(),
                    entry.value.getServiceName(),
                    entry.value.getSeverity().name().toLowerCase(Locale.ROOT)));
      } catch (InvalidStateStoreException | RegistryUnavailableException e) {
        // The partition is being reassigned: its owner will show its anomalies.
      }
    }
  }

  private Set<Integer> held() {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .filter(partition -> partition.topic().endsWith(topic + "-repartition"))
        .map(TopicPartition::partition)
        .collect(Collectors.toSet());
  }

  @Override
  public void lag(LagReader reader) {
    metrics(LAG_GROUP, LAG)
        .filter(metric -> metric.metricName().tags().containsKey("partition"))
        .filter(metric -> !Double.isNaN(value(metric)))
        .forEach(
            metric -> {
              Map<String, String> tags = metric.metricName().tags();
              reader.read(
                  tags.getOrDefault("topic", ""),
                  Integer.parseInt(tags.getOrDefault("partition", "0")),
                  value(metric));
            });
  }

  /** Metrics of the consumers of the inputs; those that restore state have a name of their own. */
  private Stream<? extends Metric> metrics(String group, String name) {
    return streams.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals(name))
        .filter(metric -> metric.metricName().group().equals(group))
        .filter(
            metric ->
                !metric
                    .metricName()
                    .tags()
                    .getOrDefault("client-id", "")
                    .endsWith("-restore-consumer"));
  }

  private static double value(Metric metric) {
    return metric.metricValue() instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
