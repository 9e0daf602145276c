package io.tracetide.processor.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.processor.cardinality.FoldReason;
import io.tracetide.processor.event.DeadLetterReason;
import io.tracetide.processor.metric.Increase;
import io.tracetide.schemas.Anomaly;
import java.util.Locale;

/**
 * Meters of the processor.
 *
 * <p>Of every record that is read exactly one thing becomes: {@code received = aggregated +
 * uncounted + dead-lettered}, for events of traces and for samples of metrics. A record that is
 * read again after a crash is metered again, because meters do not survive their process; windows
 * do.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>tags</th><th>meaning; when to alert</th></tr>
 * <tr><td>tracetide.processor.events.received</td><td></td><td>records read from the topic of traces</td></tr>
 * <tr><td>tracetide.processor.events.aggregated</td><td></td><td>finished work counted into windows</td></tr>
 * <tr><td>tracetide.processor.events.uncounted</td><td></td><td>starts and updates: valid, not finished work</td></tr>
 * <tr><td>tracetide.processor.events.dead.lettered</td><td>reason</td><td>records set aside; alert on any lasting rate</td></tr>
 * <tr><td>tracetide.processor.samples.received</td><td></td><td>records read from the topic of metrics</td></tr>
 * <tr><td>tracetide.processor.samples.aggregated</td><td></td><td>samples counted into windows</td></tr>
 * <tr><td>tracetide.processor.samples.uncounted</td><td>reason</td><td>samples of running totals that add nothing: first of an instance, repeated or out of order, with other buckets than before, of an instance beyond those that are followed; alert on unfollowed above 0</td></tr>
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
  final Intake samples;
  final Counter samplesAggregated;
  final Counter aggregated;
  final Counter uncounted;
  final Counter partials;
  final Counter latePartials;
  final Counter namesTemplated;
  final Counter windowsClosed;
  final Counter windowsRevised;
  final Counter windowsClosedEarly;
  final Counter seriesUnwatched;
  private final MeterRegistry registry;

  public ProcessorMetrics(MeterRegistry registry) {
    this.registry = registry;
    events = new Intake(registry, PREFIX + "events.");
    samples = new Intake(registry, PREFIX + "samples.");
    samplesAggregated = registry.counter(PREFIX + "samples.aggregated");
    aggregated = registry.counter(PREFIX + "events.aggregated");
    uncounted = registry.counter(PREFIX + "events.uncounted");
    partials = registry.counter(PREFIX + "partials");
    latePartials = registry.counter(PREFIX + "partials.late");
    namesTemplated = registry.counter(PREFIX + "names.templated");
    windowsClosed = registry.counter(PREFIX + "windows.closed");
    windowsRevised = registry.counter(PREFIX + "windows.revised");
    windowsClosedEarly = registry.counter(PREFIX + "windows.closed.early");
    seriesUnwatched = registry.counter(PREFIX + "series.unwatched");
    for (Increase.Uncounted reason : Increase.Uncounted.values()) {
      uncounted(reason); // So that a reason shows as 0 before it first happens.
    }
  }

  /** What is read from one topic, and set aside of it. */
  static final class Intake {
    final Counter received;
    private final MeterRegistry registry;
    private final String prefix;

    Intake(MeterRegistry registry, String prefix) {
      this.registry = registry;
      this.prefix = prefix;
      received = registry.counter(prefix + "received");
      for (DeadLetterReason reason : DeadLetterReason.values()) {
        deadLettered(reason); // So that a reason shows as 0 before it first happens.
      }
    }

    Counter deadLettered(DeadLetterReason reason) {
      return registry.counter(prefix + "dead.lettered", "reason", reason.label());
    }
  }

  Counter uncounted(Increase.Uncounted reason) {
    return registry.counter(PREFIX + "samples.uncounted", "reason", label(reason));
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
