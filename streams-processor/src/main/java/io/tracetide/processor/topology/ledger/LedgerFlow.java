package io.tracetide.processor.topology.ledger;

import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.topology.commit.CommitHook;
import io.tracetide.processor.topology.commit.PassOn;
import io.tracetide.processor.topology.intake.Validated;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.Combine;
import io.tracetide.processor.topology.window.ServicePartitioner;
import io.tracetide.processor.topology.window.WindowWiring;
import io.tracetide.schemas.registry.SchemaRegistry;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/** Follows traces in flight and counts each finished span once, with its duration, in memory. */
public final class LedgerFlow {

  private static final FollowTraces.Children CHILDREN =
      new FollowTraces.Children("send-partials", "report-findings");

  private final LedgerWiring ledger;
  private final WindowWiring windows;
  private final SchemaRegistry registry;
  private final ServicePartitioner partitioner;
  private final ProcessorMetrics metrics;

  /**
   * The output of the ledger.
   *
   * @param partials blocks of partial counts, one count for each series, window and commit
   * @param findings breaches of single traces
   */
  public record Followed(KStream<byte[], byte[]> partials, KStream<byte[], byte[]> findings) {}

  /**
   * Creates the flow.
   *
   * @param partitioner partitioner of the partial counts
   */
  public LedgerFlow(
      LedgerWiring ledger,
      WindowWiring windows,
      SchemaRegistry registry,
      ServicePartitioner partitioner,
      ProcessorMetrics metrics) {
    this.ledger = ledger;
    this.windows = windows;
    this.registry = registry;
    this.partitioner = partitioner;
    this.metrics = metrics;
  }

  /** Partial counts and findings of valid events. */
  public Followed follow(StreamsBuilder builder, KStream<byte[], Validated<TraceView>> events) {
    builder.addStateStore(CommitHook.builder(FollowTraces.COMMIT_HOOK));
    LedgerStores.addTo(builder);
    KStream<byte[], byte[]> followed =
        events.process(this::followTraces, Named.as("follow-traces"), LedgerStores.names());
    return new Followed(
        followed.process(PassOn::new, Named.as(CHILDREN.partials())),
        followed.process(PassOn::new, Named.as(CHILDREN.findings())));
  }

  private FollowTraces followTraces() {
    boolean templating = windows.cardinality().templating();
    Combine combine = new Combine(windows.baseTier(), templating, partitioner, metrics);
    return new FollowTraces(ledger, templating, registry, metrics, combine, CHILDREN);
  }
}
