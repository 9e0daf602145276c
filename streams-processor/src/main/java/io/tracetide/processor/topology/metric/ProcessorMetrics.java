package io.tracetide.processor.topology.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.processor.cardinality.OverflowReason;
import io.tracetide.processor.event.DeadLetterReason;
import io.tracetide.processor.ledger.store.LedgerTally;
import io.tracetide.processor.metric.Increase;
import io.tracetide.schemas.Anomaly;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Meters of the processor.
 *
 * <p>Of every record that is read exactly one thing becomes: {@code received = aggregated +
 * uncounted + dead-lettered}, for samples of metrics, and {@code + duplicate + waiting} for events
 * of traces, once those that were routed have arrived. A record that is read again after a crash is
 * metered again, because meters do not survive their process; windows do.
 *
 * <p>Each means what {@link #HELP} says; the README adds when to alert.
 */
public final class ProcessorMetrics {

  private static final String PREFIX = "tracetide.processor.";

  /** What each meter means, by its name. */
  public static final Map<String, String> HELP =
      Map.ofEntries(
          help("events.received", "Records read from the topic of traces"),
          help("events.aggregated", "Finished work counted into windows"),
          help("events.uncounted", "Starts and updates: valid, and not finished work"),
          help(
              "events.dead.lettered",
              "Records of the topic of traces that were set aside, by reason"),
          help(
              "events.routed",
              "Events that came by way of the partition of their trace, because their key led to"
                  + " another one"),
          help("events.duplicate", "Events that came again, and were not counted again"),
          help("events.starts.missed", "Finished work without a duration for which no start came"),
          help("ledger.followed", "Traces that are followed: open, or ended with something wrong"),
          help("ledger.remembered", "Names by which events that come again are known"),
          help("ledger.waiting", "Ends that wait for their start"),
          help("ledger.stuck", "Traces that became stuck"),
          help("ledger.abandoned", "Traces that were given up"),
          help(
              "ledger.unfollowed",
              "Events of traces that are not followed, because ledger.maxOpen are"),
          help(
              "ledger.steps.dropped",
              "Steps and spans left out of traces that have more than ledger.limits"),
          help(
              "ledger.unkept",
              "Finished traces that were not stored, because their service had"
                  + " ledger.kept.perServiceAndMinute"),
          help("samples.received", "Records read from the topic of metrics"),
          help("samples.aggregated", "Samples counted into windows"),
          help("samples.uncounted", "Samples of metrics that add nothing, by reason"),
          help(
              "samples.unchecked",
              "Deltas that were counted without a check for duplicates, because"
                  + " metrics.maxFollowed instances are known"),
          help(
              "samples.dead.lettered",
              "Records of the topic of metrics that were set aside, by reason"),
          help("partials", "Partial counts merged"),
          help("partials.late", "Partial counts merged into a closed window"),
          help("partials.expired", "Partial counts of windows that are not kept any more, by tier"),
          help(
              "names.templated",
              "Finished work counted under a template that differs from its operation's name"),
          help("names.folded", "Partial counts of names beyond a limit, by reason"),
          help("windows.closed", "Series-windows closed"),
          help("windows.revised", "Series-windows published again because late work arrived"),
          help(
              "windows.closed.early",
              "Times that the oldest open window was closed before its time, because more series"
                  + " were open than windows.maxOpenSeries"),
          help(
              "series.unwatched",
              "Series-windows that the detector did not look at, because it watches maxSeries"
                  + " others"),
          help(
              "records.dropped",
              "Records that could not be processed or sent, each with a dead letter, by cause and"
                  + " topic"),
          help(
              "tasks.restored.damaged",
              "Tasks whose local files were damaged, set aside and restored from Kafka"),
          help("anomalies", "Records published about anomalies, by detector and state"));

  public final Intake events;
  public final Intake routed;
  public final Intake samples;
  public final Counter samplesAggregated;
  public final Counter samplesUnchecked;
  public final Counter aggregated;
  public final Counter uncounted;
  public final Counter partials;
  public final Counter latePartials;
  public final Counter namesTemplated;
  public final Counter windowsClosed;
  public final Counter windowsRevised;
  public final Counter windowsClosedEarly;
  public final Counter seriesUnwatched;
  public final LedgerTally ledger = new LedgerTally();
  private final MeterRegistry registry;

  public ProcessorMetrics(MeterRegistry registry) {
    this.registry = registry;
    events = new Intake(registry, PREFIX + "events.");
    routed = new Intake(registry, PREFIX + "events.", registry.counter(PREFIX + "events.routed"));
    samples = new Intake(registry, PREFIX + "samples.");
    samplesAggregated = registry.counter(PREFIX + "samples.aggregated");
    samplesUnchecked = registry.counter(PREFIX + "samples.unchecked");
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

  private static Map.Entry<String, String> help(String name, String text) {
    return Map.entry(PREFIX + name, text);
  }

  private void count(String name, LongAdder adder) {
    FunctionCounter.builder(PREFIX + name, adder, LongAdder::sum).register(registry);
  }

  /** What is read from one topic, and set aside of it. */
  public static final class Intake {
    public final Counter received;
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

    public Counter deadLettered(DeadLetterReason reason) {
      return registry.counter(prefix + "dead.lettered", "reason", reason.label());
    }
  }

  public Counter uncounted(Increase.Uncounted reason) {
    return registry.counter(PREFIX + "samples.uncounted", "reason", label(reason));
  }

  public Counter folded(OverflowReason reason) {
    return registry.counter(PREFIX + "names.folded", "reason", reason.label());
  }

  public Counter dropped(String cause, String topic) {
    return registry.counter(PREFIX + "records.dropped", "cause", cause, "topic", topic);
  }

  public Counter expired(String tier) {
    return registry.counter(PREFIX + "partials.expired", "tier", tier);
  }

  public void published(Anomaly anomaly) {
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
