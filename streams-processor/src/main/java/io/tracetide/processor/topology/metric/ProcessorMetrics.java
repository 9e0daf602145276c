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
 * <p>Every record that is read is counted exactly once: {@code received = aggregated + uncounted +
 * dead-lettered}, for metric samples, and {@code + duplicate + waiting} for trace events, once
 * those that were routed have arrived. A record that is read again after a crash is counted again
 * here, because meters are not restored; in windows it is not.
 *
 * <p>{@link #HELP} describes each meter; the README adds when to alert.
 */
public final class ProcessorMetrics {

  private static final String PREFIX = "tracetide.processor.";

  /** Descriptions of the meters by name. */
  public static final Map<String, String> HELP =
      Map.ofEntries(
          help("events.received", "Trace events read, single and in batches"),
          help("events.aggregated", "Finished spans counted into windows"),
          help("events.uncounted", "Starts and updates: valid, but not finished spans"),
          help(
              "events.dead.lettered",
              "Trace events, and records of batches that cannot be expanded, that were sent to the"
                  + " dead-letter topic, by reason"),
          help(
              "events.routed",
              "Events that were routed to the partition of their trace id, because their key led to"
                  + " another one"),
          help("events.duplicate", "Events that were received again, and were not counted again"),
          help(
              "events.starts.missed",
              "Finished spans without a duration whose start was not received"),
          help("ledger.followed", "Traces that are followed: open, or ended with a breach"),
          help("ledger.remembered", "Hashes of spans that are kept to detect duplicates"),
          help("ledger.waiting", "Ends that wait for their start"),
          help("ledger.stuck", "Traces that became stuck"),
          help("ledger.abandoned", "Traces that were abandoned"),
          help(
              "ledger.undecoded",
              "Events that were counted but are not in their trace, because their whole record"
                  + " cannot be decoded"),
          help(
              "ledger.unfollowed",
              "Events of traces that are not followed, because the limit ledger.maxOpen is"
                  + " reached"),
          help(
              "ledger.steps.dropped",
              "Steps and spans dropped from traces that exceed ledger.limits"),
          help(
              "ledger.unkept",
              "Finished traces that were not stored, because their service reached"
                  + " ledger.kept.perServiceAndMinute"),
          help("samples.received", "Records read from the topic of metrics"),
          help("samples.aggregated", "Samples counted into windows"),
          help("samples.uncounted", "Metric samples that add nothing to windows, by reason"),
          help(
              "samples.unchecked",
              "Deltas that were counted without a check for duplicates, because the limit"
                  + " metrics.maxFollowed is reached"),
          help(
              "samples.dead.lettered",
              "Records of the topic of metrics that were sent to the dead-letter topic, by reason"),
          help("partials", "Partial counts merged"),
          help("partials.late", "Partial counts merged into a closed window"),
          help("partials.expired", "Partial counts of windows past their retention, by tier"),
          help(
              "names.templated",
              "Finished spans counted under a template that differs from their operation's name"),
          help("names.folded", "Partial counts of names beyond a limit, by reason"),
          help("windows.closed", "Series-windows closed"),
          help("windows.revised", "Series-windows published again because late spans arrived"),
          help(
              "windows.closed.early",
              "Times that the oldest open window was closed early, because more series than"
                  + " windows.maxOpenSeries were open"),
          help(
              "totals.folded",
              "Series-windows that the exposed metrics count in the series __other__ of their"
                  + " tenant, because exposition.maxSeries is reached"),
          help(
              "series.unwatched",
              "Series-windows that the detector did not evaluate, because it watches maxSeries"
                  + " others"),
          help(
              "evidence.samples.late",
              "Batches of samples that were not assessed, because their partition had sent none for"
                  + " two minutes while others did"),
          help(
              "calls.found",
              "Calls between operations that were found in traces for the first time"),
          help(
              "calls.ignored",
              "Calls between operations that were not remembered, because 20,000 of the tenant"
                  + " are"),
          help(
              "records.dropped",
              "Records that could not be processed or sent, each with a dead letter, by cause and"
                  + " topic"),
          help(
              "tasks.restored.damaged",
              "Tasks whose local files were damaged, set aside and restored from Kafka"),
          help("anomalies.suppressed", "Anomalies that were not published because of feedback"),
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
  public final Counter totalsFolded;
  public final Counter seriesUnwatched;
  public final Counter samplesLate;
  public final Counter callsFound;
  public final Counter callsIgnored;
  public final Counter anomaliesSuppressed;
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
    totalsFolded = registry.counter(PREFIX + "totals.folded");
    seriesUnwatched = registry.counter(PREFIX + "series.unwatched");
    samplesLate = registry.counter(PREFIX + "evidence.samples.late");
    callsFound = registry.counter(PREFIX + "calls.found");
    callsIgnored = registry.counter(PREFIX + "calls.ignored");
    anomaliesSuppressed = registry.counter(PREFIX + "anomalies.suppressed");
    count("events.duplicate", ledger.duplicates);
    count("events.starts.missed", ledger.startsMissed);
    count("ledger.stuck", ledger.stuck);
    count("ledger.abandoned", ledger.abandoned);
    count("ledger.undecoded", ledger.undecoded);
    count("ledger.unfollowed", ledger.unfollowed);
    count("ledger.steps.dropped", ledger.stepsDropped);
    count("ledger.unkept", ledger.unkept);
    registry.gauge(PREFIX + "ledger.followed", ledger.followed, LongAdder::sum);
    registry.gauge(PREFIX + "ledger.remembered", ledger.remembered, LongAdder::sum);
    registry.gauge(PREFIX + "ledger.waiting", ledger.waiting, LongAdder::sum);
    for (Increase.Uncounted reason : Increase.Uncounted.values()) {
      uncounted(reason); // Exported as 0 before it first happens.
    }
  }

  private static Map.Entry<String, String> help(String name, String text) {
    return Map.entry(PREFIX + name, text);
  }

  private void count(String name, LongAdder adder) {
    FunctionCounter.builder(PREFIX + name, adder, LongAdder::sum).register(registry);
  }

  /** Counters of the records that are read from one topic, and of its dead letters. */
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
        deadLettered(reason); // Exported as 0 before it first happens.
      }
    }

    public Counter deadLettered(DeadLetterReason reason) {
      return registry.counter(prefix + "dead.lettered", "reason", reason.label());
    }
  }

  public Counter uncounted(Increase.Uncounted reason) {
    return registry.counter(PREFIX + "samples.uncounted", "reason", label(reason));
  }

  public Counter overflowed(OverflowReason reason) {
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
