package io.tracetide.runtime.meter;

import static io.tracetide.runtime.meter.AggregateMeter.highest;
import static io.tracetide.runtime.meter.AggregateMeter.lowest;
import static io.tracetide.runtime.meter.AggregateMeter.sum;
import static io.tracetide.runtime.meter.AggregateMeter.total;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tracetide.runtime.meter.AggregateMeter.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A selection of the more than a thousand metrics of Kafka's clients. Each meter is one value for
 * the whole process, so that neither threads nor restarts create new series.
 */
public final class KafkaMeters implements MultiCollector {
  private static final String STREAMS = "stream-metrics";
  private static final String THREADS = "stream-thread-metrics";
  private static final String TASKS = "stream-task-metrics";
  private static final String STORES = "stream-state-metrics";
  private static final String FETCHES = "consumer-fetch-manager-metrics";
  private static final String GROUP = "consumer-coordinator-metrics";
  private static final String PRODUCER = "producer-metrics";

  private static final List<AggregateMeter> OF_PRODUCERS =
      List.of(
          total(
              "tracetide_kafka_records_sent",
              "Records that producers sent to Kafka",
              PRODUCER,
              "record-send-total"),
          total(
              "tracetide_kafka_send_errors",
              "Records that producers could not send",
              PRODUCER,
              "record-error-total"),
          total(
              "tracetide_kafka_send_retries",
              "Records that producers sent again",
              PRODUCER,
              "record-retry-total"),
          highest(
                  "tracetide_kafka_request_latency_max_seconds",
                  "Longest request of a producer in the last minute",
                  PRODUCER,
                  "request-latency-max")
              .fromMilliseconds(),
          lowest(
              "tracetide_kafka_buffer_available_bytes",
              "Free buffer of the fullest producer",
              PRODUCER,
              "buffer-available-bytes"));

  private static final List<AggregateMeter> OF_STREAMS =
      List.of(
          highest(
              "tracetide_streams_state",
              "State of Kafka Streams: 0 created, 1 rebalancing or restoring, 2 running, 3 and 4"
                  + " stopping, 5 and 6 failed",
              STREAMS,
              "client-state"),
          sum("tracetide_streams_threads", "Threads that process", STREAMS, "alive-stream-threads"),
          total(
              "tracetide_streams_threads_failed",
              "Threads that ended with a failure",
              STREAMS,
              "failed-stream-threads"),
          sum(
                  "tracetide_streams_partitions",
                  "Partitions that are assigned to this process",
                  GROUP,
                  "assigned-partitions")
              .of(Owner.CONSUMER),
          highest(
              "tracetide_streams_process_ratio",
              "Share of its time that the busiest thread processes, from 0 to 1",
              THREADS,
              "process-ratio"),
          total("tracetide_streams_commits", "Commits of all threads", THREADS, "commit-total"),
          highest(
                  "tracetide_streams_commit_latency_max_seconds",
                  "Longest commit in the last minute",
                  THREADS,
                  "commit-latency-max")
              .fromMilliseconds(),
          highest(
                  "tracetide_streams_commit_latency_avg_seconds",
                  "Mean commit of the slowest thread in the last minute",
                  THREADS,
                  "commit-latency-avg")
              .fromMilliseconds(),
          highest(
                  "tracetide_streams_punctuate_latency_max_seconds",
                  "Longest punctuation, which closes windows, in the last minute",
                  THREADS,
                  "punctuate-latency-max")
              .fromMilliseconds(),
          total(
                  "tracetide_streams_records_consumed",
                  "Records read from each topic",
                  FETCHES,
                  "records-consumed-total")
              .of(Owner.CONSUMER)
              .ofEachTopic(),
          sum(
                  "tracetide_streams_lag_records",
                  "Records of each topic that are not read yet",
                  FETCHES,
                  "records-lag")
              .of(Owner.CONSUMER)
              .ofEachTopic(),
          total("tracetide_streams_rebalances", "Rebalances that ended", GROUP, "rebalance-total")
              .of(Owner.CONSUMER),
          total(
                  "tracetide_streams_rebalances_failed",
                  "Rebalances that failed",
                  GROUP,
                  "failed-rebalance-total")
              .of(Owner.CONSUMER),
          highest(
                  "tracetide_streams_rebalance_latency_max_seconds",
                  "Longest rebalance in the last minute",
                  GROUP,
                  "rebalance-latency-max")
              .of(Owner.CONSUMER)
              .fromMilliseconds(),
          highest(
                  "tracetide_streams_heartbeat_age_seconds",
                  "Time since the last heartbeat to the group, of the thread with the oldest",
                  GROUP,
                  "last-heartbeat-seconds-ago")
              .of(Owner.CONSUMER),
          sum(
              "tracetide_streams_restore_remaining_records",
              "Records of changelogs that are still to be restored",
              TASKS,
              "restore-remaining-records-total"),
          total(
                  "tracetide_streams_records_restored",
                  "Records read from changelogs",
                  FETCHES,
                  "records-consumed-total")
              .of(Owner.RESTORE_CONSUMER),
          sum(
              "tracetide_rocksdb_keys",
              "Keys in all stores, estimated",
              STORES,
              "estimate-num-keys"),
          sum(
              "tracetide_rocksdb_files_bytes",
              "Size of the files of all stores",
              STORES,
              "total-sst-files-size"),
          sum(
              "tracetide_rocksdb_memtables_bytes",
              "Size of the write buffers of all stores",
              STORES,
              "size-all-mem-tables"),
          highest(
              "tracetide_rocksdb_cache_bytes",
              "Used bytes of the block cache that all stores share",
              STORES,
              "block-cache-usage"),
          highest(
              "tracetide_rocksdb_cache_limit_bytes",
              "Size of the block cache that all stores share",
              STORES,
              "block-cache-capacity"),
          sum(
              "tracetide_rocksdb_compaction_pending_bytes",
              "Bytes that compactions still have to rewrite, estimated",
              STORES,
              "estimate-pending-compaction-bytes"),
          total(
              "tracetide_rocksdb_background_errors",
              "Compactions and flushes that failed",
              STORES,
              "background-errors"));

  private final List<AggregateMeter> selected;
  private final Supplier<Stream<Reading>> readings;

  private KafkaMeters(List<AggregateMeter> selected, Supplier<Stream<Reading>> readings) {
    this.selected = selected;
    this.readings = readings;
  }

  /** Exports the meters of a Streams application and of its producers. */
  public static void ofStreams(PrometheusMeterRegistry meters, Supplier<Stream<Reading>> readings) {
    List<AggregateMeter> selected = new ArrayList<>(OF_STREAMS);
    selected.addAll(OF_PRODUCERS);
    meters.getPrometheusRegistry().register(new KafkaMeters(selected, readings));
  }

  /** Exports the meters of producers. */
  public static void ofProducers(
      PrometheusMeterRegistry meters, Supplier<Stream<Reading>> readings) {
    meters.getPrometheusRegistry().register(new KafkaMeters(OF_PRODUCERS, readings));
  }

  @Override
  public MetricSnapshots collect() {
    Map<String, List<Reading>> byName = new HashMap<>();
    selected.forEach(meter -> byName.put(meter.source().name(), new ArrayList<>()));
    readings
        .get()
        .forEach(
            reading -> {
              List<Reading> wanted = byName.get(reading.name());
              if (wanted != null) {
                wanted.add(reading);
              }
            });
    return new MetricSnapshots(
        selected.stream()
            .map(meter -> meter.in(byName.getOrDefault(meter.source().name(), List.of())))
            .toList());
  }

  @Override
  public List<String> getPrometheusNames() {
    return selected.stream().map(AggregateMeter::name).toList();
  }
}
