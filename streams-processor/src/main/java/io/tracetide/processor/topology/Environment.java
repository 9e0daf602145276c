package io.tracetide.processor.topology;

import io.tracetide.processor.metric.MetricsConfig;
import io.tracetide.processor.topology.anomaly.AnomalySettings;
import io.tracetide.processor.topology.ledger.LedgerWiring;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.WindowWiring;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.time.Clock;

/**
 * The settings of the data flow, and the parts of the process that it uses.
 *
 * @param samples settings of running totals of metrics
 */
public record Environment(
    WindowWiring windows,
    LedgerWiring ledger,
    MetricsConfig samples,
    AnomalySettings anomalies,
    SchemaRegistry registry,
    ProcessorMetrics metrics,
    Clock clock) {}
