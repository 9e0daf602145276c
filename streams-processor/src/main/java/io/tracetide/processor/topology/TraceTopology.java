package io.tracetide.processor.topology;

import io.tracetide.processor.event.MetricView;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.topology.anomaly.AnomalyFlow;
import io.tracetide.processor.topology.audit.AuditFlow;
import io.tracetide.processor.topology.intake.IntakeFlow;
import io.tracetide.processor.topology.intake.TracePlacement;
import io.tracetide.processor.topology.intake.Validated;
import io.tracetide.processor.topology.ledger.LedgerFlow;
import io.tracetide.processor.topology.window.ServicePartitioner;
import io.tracetide.processor.topology.window.WindowFlow;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.schemas.Anomaly;
import java.util.function.Supplier;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;

/**
 * The data flow of the processor. Topics in brackets are internal ones.
 *
 * <pre>
 * traces ─▶ validate ─┬──────────────────────────────────────────────────┬▶ merge-traces ─▶ follow-traces
 *                     ├▶ route-traces ─▶ [lifecycle] ─▶ validate-routed ─┤
 *                     └▶ traces-dead-letter                              └▶ routed-dead-letter
 *
 * follow-traces ─┬▶ send-partials ───▶ [window-partials]
 *                └▶ report-findings ─▶ [trace-findings]
 *
 * [window-partials] ─▶ aggregate-windows ─┬▶ publish-windows ─▶ window-aggregates
 *                                         ├▶ detect-anomalies ─┐
 *                                         ├▶ evaluate-rules ───┴▶ merge-anomalies ─┬▶ report-window-anomalies ─▶ merge-samples
 *                                         │                                        └▶ merge-trace-anomalies
 *                                         └▶ sample-windows ─▶ merge-samples ─▶ [tenant-samples]
 *
 * [trace-findings] ─┬▶ breaches ─▶ raise-trace-anomalies ─┬▶ report-anomalies ─▶ merge-reports ─▶ [tenant-reports]
 *                   │                                     └▶ merge-trace-anomalies ─▶ record-violations ─▶ violations
 *                   └▶ report-calls ─▶ merge-reports
 *
 * [tenant-samples] ─▶ detect-evidence ─┐
 * [tenant-reports] ────────────────────┴▶ merge-evidence ─▶ link-incidents ─┬▶ anomalies
 *                                                                           └▶ feed-anomalies
 *
 * metrics ─▶ validate-metrics ─┬▶ combine-metrics ────────▶ metric-partials ─▶ [window-partials]
 *                              ├▶ no-findings-of-metrics ─▶ metric-findings ─▶ [trace-findings]
 *                              └▶ metrics-dead-letter
 *
 * audit-entries ─▶ chain-audit ─▶ audit
 * </pre>
 *
 * <p>The sinks {@code *-dead-letter} write to the topic {@code traces-dead-letter}, the sink {@code
 * violations} to {@code audit-entries}. Traces and metrics share the topic of partial counts, so
 * their input topics may have different numbers of partitions, and neither waits for the other.
 */
public final class TraceTopology implements Supplier<Topology> {

  /* Names of internal topics, without the application's prefix. */
  public static final String LIFECYCLE = IntakeFlow.LIFECYCLE;
  public static final String WINDOW_PARTIALS = WindowFlow.PARTIALS;
  public static final String TRACE_FINDINGS = AnomalyFlow.FINDINGS;

  private final IntakeFlow intake;
  private final LedgerFlow ledger;
  private final WindowFlow windows;
  private final AnomalyFlow anomalies;
  private final AuditFlow audit;

  public TraceTopology(Environment with) {
    ServicePartitioner partitioner = new ServicePartitioner();
    intake =
        new IntakeFlow(
            with.windows().config(),
            new TracePlacement(with.ledger().config(), with.ledger().input()),
            with.registry(),
            with.metrics(),
            with.clock());
    ledger =
        new LedgerFlow(with.ledger(), with.windows(), with.registry(), partitioner, with.metrics());
    windows =
        new WindowFlow(
            with.windows(), with.samples(), with.registry(), partitioner, with.metrics());
    anomalies =
        new AnomalyFlow(
            with.anomalies(), with.windows(), with.registry(), partitioner, with.metrics());
    audit = new AuditFlow(with.registry());
  }

  @Override
  public Topology get() {
    StreamsBuilder builder = new StreamsBuilder();
    KStream<byte[], Validated<TraceView>> events = intake.traces(builder);
    LedgerFlow.Followed followed = ledger.follow(builder, events);
    KStream<byte[], WindowEvent> closed =
        windows.aggregate(builder, followed.partials(), anomalies.evaluatingNodes());
    KStream<String, Anomaly> found = anomalies.find(builder, closed, followed.findings());
    audit.recordViolations(found);

    // Added last, so that the sub-topologies above keep their numbers and thus their local state.
    KStream<byte[], Validated<MetricView>> samples =
        intake.metrics(builder, WindowFlow.COMBINE_METRICS);
    windows.combine(builder, samples);
    anomalies.joinInputs(samples);
    audit.chain(builder);
    return builder.build();
  }
}
