package io.tracetide.processor;

import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.processor.exposition.ExpositionMetrics;
import io.tracetide.processor.exposition.KafkaStreamsGauges;
import io.tracetide.processor.exposition.LocalGauges;
import io.tracetide.processor.exposition.MetricsRoute;
import io.tracetide.processor.exposition.ServiceMetrics;
import io.tracetide.processor.exposition.remote.RemoteWriteMetrics;
import io.tracetide.processor.exposition.remote.RemoteWriter;
import io.tracetide.processor.query.store.KafkaStreamsLedgers;
import io.tracetide.processor.query.store.LateBound;
import io.tracetide.processor.query.store.LedgerPartitions;
import io.tracetide.processor.topology.TraceTopology;
import io.tracetide.processor.topology.ledger.OpenLedgers;
import io.tracetide.processor.topology.window.TotalsWiring;
import io.tracetide.processor.total.LocalTotals;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.kafka.streams.RestoreProgress;
import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** The metrics of services for Prometheus, of the partitions of this instance. */
final class ExpositionWiring {
  private static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(45);

  private final ProcessorConfig config;
  private final MeterRegistry meters;
  private final LocalTotals totals = new LocalTotals();
  private final LateBound<LocalGauges> gauges = new LateBound<>();
  private final ExpositionMetrics metrics;
  private final ServiceMetrics services;

  ExpositionWiring(ProcessorConfig config, MeterRegistry meters) {
    this.config = config;
    this.meters = meters;
    metrics = new ExpositionMetrics(meters);
    services =
        new ServiceMetrics(
            totals, gauges::get, Math.max(1, config.exposition().maxSeries()), metrics::dropped);
  }

  TotalsWiring totals() {
    return new TotalsWiring(
        config.exposition().maxSeries(), config.cardinality().forgetAfter(), totals);
  }

  /** Current numbers of the partitions; after {@link #bind}. */
  LocalGauges gauges() {
    return gauges.get();
  }

  MetricsRoute route() {
    return new MetricsRoute(services, metrics);
  }

  /** Sets the Streams application, which is about to start. */
  void bind(
      KafkaStreams running, OpenLedgers ledgers, Properties settings, RestoreProgress progress) {
    Optional<LedgerPartitions> ledger =
        config.ledger().enabled()
            ? Optional.of(new KafkaStreamsLedgers(running, Topics.TRACES, ledgers::of, progress))
            : Optional.empty();
    gauges.set(
        new KafkaStreamsGauges(
            running, ledger, TraceTopology.WINDOW_PARTIALS, sessionTimeout(settings), progress));
  }

  private static Duration sessionTimeout(Properties settings) {
    String key = ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG;
    return List.of(StreamsConfig.mainConsumerPrefix(key), StreamsConfig.consumerPrefix(key), key)
        .stream()
        .map(settings::get)
        .filter(Objects::nonNull)
        .map(value -> Duration.ofMillis(Long.parseLong(value.toString())))
        .findFirst()
        .orElse(DEFAULT_SESSION_TIMEOUT);
  }

  /** Begins to send the metrics, if a receiver is configured. */
  void startRemoteWrite(Closers closers, Clock clock) {
    RemoteWriteMetrics remote = new RemoteWriteMetrics(meters);
    if (config.exposition().remoteWrite().isOn()) {
      closers.add(
          "remote-write",
          RemoteWriter.start(
              config.exposition().remoteWrite(),
              () -> services.collect(Tenants.ALL),
              remote,
              clock));
    }
  }
}
