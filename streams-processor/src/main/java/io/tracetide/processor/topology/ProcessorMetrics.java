package io.tracetide.processor.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.processor.cardinality.FoldReason;
import io.tracetide.processor.event.DeadLetterReason;
import io.tracetide.processor.ledger.LedgerTally;
import io.tracetide.processor.metric.Increase;
import io.tracetide.schemas.Anomaly;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/**
 * Meters of the processor.
 *
 * <p>Of every record that is read exactly one thing becomes: {@code received = aggregated +
 * uncounted + dead-lettered}, for samples of metrics, and {@code + duplicate + waiting} for events
 * of traces, once those that were routed have arrived. A record that is read again after a crash is
 * metered again, because meters do not survive their process; windows do.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>tags</th><th>meaning; when to alert</th></tr>
 * <tr><td>tracetide.processor.events.received</td><td></td><td>records read from the topic of traces</td></tr>
 * <tr><td>tracetide.processor.events.aggregated</td><td></td><td>finished work counted into windows</td></tr>
 * <tr><td>tracetide.processor.events.uncounted</td><td></td><td>starts and updates: valid, not finished work</td></tr>
 * <tr><td>tracetide.processor.events.dead.lettered</td><td>reason</td><td>records set aside; alert on any lasting rate</td></tr>
 * <tr><td>tracetide.processor.events.routed</td><td></td><td>events that came by way of the partition of their trace, because their key led to another one; alert when it is most of those received: that costs as much again</td></tr>
 * <tr><td>tracetide.processor.events.duplicate</td><td></td><td>events that came again, and were not counted again</td></tr>
 * <tr><td>tracetide.processor.events.starts.missed</td><td></td><td>finished work without a duration for which no start came</td></tr>
 * <tr><td>tracetide.processor.ledger.followed</td><td></td><td>traces that are followed: open, or ended with something wrong</td></tr>
 * <tr><td>tracetide.processor.ledger.remembered</td><td></td><td>names by which events that come again are known</td></tr>
 * <tr><td>tracetide.processor.ledger.waiting</td><td></td><td>ends that wait for their start</td></tr>
 * <tr><td>tracetide.processor.ledger.stuck</td><td></td><td>traces that became stuck</td></tr>
 * <tr><td>tracetide.processor.ledger.abandoned</td><td></td><td>traces that were given up</td></tr>
 * <tr><td>tracetide.processor.ledger.unfollowed</td><td></td><td>events of traces that are not followed, because ledger.maxOpen are; alert above 0</td></tr>
 * <tr><td>tracetide.processor.ledger.steps.dropped</td><td></td><td>steps and spans left out of traces that have more than ledger.limits</td></tr>
 * <tr><td>tracetide.processor.ledger.unkept</td><td></td><td>finished traces that were not stored, because their service had ledger.kept.perServiceAndMinute</td></tr>
 * <tr><td>tracetide.processor.samples.received</td><td></td><td>records read from the topic of metrics</td></tr>
 * <tr><td>tracetide.processor.samples.aggregated</td><td></td><td>samples counted into windows</td></tr>
 * <tr><td>tracetide.processor.samples.uncounted</td><td>reason</td><td>samples of running totals that add nothing: first of an instance, repeated or out of order, of one of two processes that share an identity, with other buckets than before, of an instance beyond those that are followed; alert on conflicting and unfollowed above 0</td></tr>
 * <tr><td>tracetide.processor.samples.unchecked</td><td></td><td>deltas that were counted without a look whether they came before, because metrics.maxFollowed instances are known; alert above 0</td></tr>
 * <tr><td>tracetide.processor.samples.dead.lettered</td><td>reason</td><td>records set aside; alert on any lasting rate</td></tr>
 * <tr><td>tracetide.processor.partials</td><td></td><td>partial counts merged</td></tr>
 * <tr><td>tracetide.processor.partials.late</td><td></td><td>partial counts merged into a closed window; alert above a few percent of partials</td></tr>
 * <tr><td>tracetide.processor.partials.expired</td><td>tier</td><td>partial counts of windows that this tier no longer keeps</td></tr>
 * <tr><td>tracetide.processor.names.templated</td><td></td><td>finished work counted under a template that differs from its operation's name</td></tr>
 * <tr><td>tracetide.processor.names.folded</td><td>reason</td><td>partial counts of names beyond a limit: counted as __other__, those of metrics dropped; alert above 0, then see tracetide cardinality</td></tr>
 * <tr><td>tracetide.processor.windows.closed</td><td></td><td>series-windows closed</td></tr>
 * <tr><td>tracetide.processor.windows.revised</td><td></td><td>series-windows published again because late work arrived</td></tr>
 * <tr><td>tracetide.processor.windows.closed.early</td><td></td><td>times that the oldest open window was closed before its time, because more series were open than windows.maxOpenSeries; alert above 0</td></tr>
 * <tr><td>tracetide.processor.series.unwatched</td><td></td><td>series-windows that the detector did not look at, because it watches maxSeries others; alert above 0</td></tr>
 * <tr><td>tracetide.processor.anomalies</td><td>detector, state</td><td>records published about anomalies</td></tr>
 * </table>
 */
public final class ProcessorMetrics {

  private static final String PREFIX = "tracetide.processor.";

  final Intake events;
  final Intake routed;
  final Intake samples;
  final Counter samplesAggregated;
  final Counter samplesUnchecked;
  final Counter aggregated;
  final Counter uncounted;
  final Counter partials;
  final Counter latePartials;
  final Counter namesTemplated;
  final Counter windowsClosed;
  final Counter windowsRevised;
  final Counter windowsClosedEarly;
  final Counter seriesUnwatched;
  final LedgerTally ledger = new LedgerTally();
  private final MeterRegistry registry;

  public ProcessorMetrics(MeterRegistry registry) {
    this.registry = registry;
    events = new Intake(registry, PREFIX + "events.");
    routed = new Intake(registry, PREFIX + "events.", registry.counter(PREFIX + "events.routed"));
    samples = new Intake(registry, PREFIX + "samples.");
    samplesAggregated = registry.counter(PREFIX + "samples.aggregated");
    samplesUnchecked =
        Counter.builder(PREFIX + "samples.unchecked")
            .description(
                "Deltas that were counted without a look whether they came before, because"
                    + " metrics.maxFollowed instances are known.")
            .register(registry);
    aggregated = registry.counter(PREFIX + "events.aggregated");
    uncounted = registry.counter(PREFIX + "events.uncounted");
    partials = registry.counter(PREFIX + "partials");
    latePartials = registry.counter(PREFIX + "partials.late");
    namesTemplated = registry.counter(PREFIX + "names.templated");
    windowsClosed = registry.counter(PREFIX + "windows.closed");
    windowsRevised = registry.counter(PREFIX + "windows.revised");
    windowsClosedEarly = registry.counter(PREFIX + "windows.closed.early");
    seriesUnwatched = registry.counter(PREFIX + "series.unwatched");
    count("events.duplicate", ledger.duplicates);
    count("events.starts.missed", ledger.startsMissed);
    count("ledger.stuck", ledger.stuck);
    count("ledger.abandoned", ledger.abandoned);
    count("ledger.unfollowed", ledger.unfollowed);
    count("ledger.steps.dropped", ledger.stepsDropped);
    count("ledger.unkept", ledger.unkept);
    registry.gauge(PREFIX + "ledger.followed", ledger.followed, LongAdder::sum);
    registry.gauge(PREFIX + "ledger.remembered", ledger.remembered, LongAdder::sum);
    registry.gauge(PREFIX + "ledger.waiting", ledger.waiting, LongAdder::sum);
    for (Increase.Uncounted reason : Increase.Uncounted.values()) {
      uncounted(reason); // So that a reason shows as 0 before it first happens.
    }
  }

  private void count(String name, LongAdder adder) {
    FunctionCounter.builder(PREFIX + name, adder, LongAdder::sum).register(registry);
  }

  /** What is read from one topic, and set aside of it. */
  static final class Intake {
    final Counter received;
    private final MeterRegistry registry;
    private final String prefix;

    Intake(MeterRegistry registry, String prefix) {
      this(registry, prefix, registry.counter(prefix + "received"));
    }

    Intake(MeterRegistry registry, String prefix, Counter received) {
      this.registry = registry;
      this.prefix = prefix;
      this.received = received;
      for (DeadLetterReason reason : DeadLetterReason.values()) {
        deadLettered(reason); // So that a reason shows as 0 before it first happens.
      }
    }

    Counter deadLettered(DeadLetterReason reason) {
      return registry.counter(prefix + "dead.lettered", "reason", reason.label());
    }
  }

  Counter uncounted(Increase.Uncounted reason) {
    return Counter.builder(PREFIX + "samples.uncounted")
        .description("Samples of metrics that add nothing, by reason.")
        .tag("reason", label(reason))
        .register(registry);
  }

  Counter folded(FoldReason reason) {
    return registry.counter(PREFIX + "names.folded", "reason", reason.label());
  }

  Counter expired(String tier) {
    return registry.counter(PREFIX + "partials.expired", "tier", tier);
  }

  void published(Anomaly anomaly) {
    registry
        .counter(
            PREFIX + "anomalies",
            "detector",
            label(anomaly.getDetector()),
            "state",
            label(anomaly.getState()))
        .increment();
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
