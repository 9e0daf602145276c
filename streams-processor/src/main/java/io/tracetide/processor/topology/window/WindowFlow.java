package io.tracetide.processor.topology.window;

import io.tracetide.processor.event.MetricView;
import io.tracetide.processor.metric.MetricsConfig;
import io.tracetide.processor.topology.commit.CommitHook;
import io.tracetide.processor.topology.intake.Validated;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.Topics;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/** Counts metric samples, merges all partial counts into windows, and publishes the windows. */
public final class WindowFlow {

  /**
   * Topic of partial counts, without the application's prefix; the window stores are partitioned
   * like it.
   */
  public static final String PARTIALS = "window-partials";

  /** Processor that counts metric samples. */
  public static final String COMBINE_METRICS = "combine-metrics";

  private static final String METRIC_PARTIALS = "metric-partials";
  private static final Serde<byte[]> BYTES = Serdes.ByteArray();

  private final WindowWiring wiring;
  private final MetricsConfig samples;
  private final SchemaRegistry registry;
  private final ServicePartitioner partitioner;
  private final ProcessorMetrics metrics;

  /**
   * Creates the flow.
   *
   * @param partitioner partitioner of the partial counts
   */
  public WindowFlow(
      WindowWiring wiring,
      MetricsConfig samples,
      SchemaRegistry registry,
      ServicePartitioner partitioner,
      ProcessorMetrics metrics) {
    this.wiring = wiring;
    this.samples = samples;
    this.registry = registry;
    this.partitioner = partitioner;
    this.metrics = metrics;
  }

  /**
   * Closed and revised windows; those of every tier are published.
   *
   * @param evaluating nodes that evaluate the windows, series by series
   */
  public KStream<byte[], WindowEvent> aggregate(
      StreamsBuilder builder, KStream<byte[], byte[]> partials, List<EvaluatingNode> evaluating) {
    WindowStores.addTo(builder, wiring.config().tiers());
    builder.addStateStore(CommitHook.builder(AggregateWindows.COMMIT_HOOK));
    KStream<byte[], WindowEvent> windows =
        partials
            .repartition(
                Repartitioned.<byte[], byte[]>as(PARTIALS)
                    .withKeySerde(BYTES)
                    .withValueSerde(BYTES)
                    .withStreamPartitioner(partitioner))
            .process(
                () -> new AggregateWindows(wiring, evaluating, metrics),
                Named.as("aggregate-windows"),
                WindowStores.names(wiring.config().tiers()));
    windows
        .process(() -> new PublishWindows(registry), Named.as(AggregateWindows.PUBLISH))
        .to(Topics.WINDOW_AGGREGATES, Produced.with(BYTES, BYTES).withName("window-aggregates"));
    return windows;
  }

  /** Counts samples and sends the partial counts to the topic {@link #PARTIALS}. */
  public void combine(StreamsBuilder builder, KStream<byte[], Validated<MetricView>> valid) {
    builder.addStateStore(CommitHook.builder(CombineMetrics.COMMIT_HOOK));
    builder.addStateStore(MetricStores.counterStates());
    valid
        .process(
            this::combineMetrics,
            Named.as(COMBINE_METRICS),
            CombineMetrics.COMMIT_HOOK,
            MetricStores.COUNTER_STATES)
        .to(
            PARTIALS + "-repartition",
            Produced.with(BYTES, BYTES)
                .withStreamPartitioner(partitioner)
                .withName(METRIC_PARTIALS));
  }

  private CombineMetrics combineMetrics() {
    return new CombineMetrics(wiring.baseTier(), samples, partitioner, METRIC_PARTIALS, metrics);
  }
}
