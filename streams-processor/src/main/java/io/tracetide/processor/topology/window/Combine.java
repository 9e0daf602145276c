package io.tracetide.processor.topology.window;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.bytes.KeyTable;
import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.processor.event.LatencyKey;
import io.tracetide.processor.event.ResourceField;
import io.tracetide.processor.event.SeriesKeys;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.PartialTable;
import io.tracetide.processor.window.ValueKind;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/**
 * Counts finished spans in memory, by series and base window, and sends one partial count for each
 * when the task commits. So a series costs one partial count a commit, independent of its number of
 * spans, and the spans of a busy service are counted by all tasks.
 */
public final class Combine {

  /** Above this many partial counts a commit is requested, which bounds the memory. */
  private static final int MANY_PARTIALS = 100_000;

  private static final ResourceField[] RESOURCES = ResourceField.values();

  private final WindowTier tier;
  private final ProcessorMetrics metrics;
  private final @Nullable OperationTemplate template;
  private final PartialTable partials = new PartialTable();
  private final KeyBuffer key = new KeyBuffer();
  private final ServicePartitioner partitioner;
  private ProcessorContext<byte[], byte[]> context;
  private PartialSender sender;
  private long newestMs = Long.MIN_VALUE;
  private long aggregated;
  private long uncounted;
  private long templated;

  /**
   * Creates counts of the given tier.
   *
   * @param templating whether operations are counted under the templates of their names
   */
  @SuppressWarnings("NullAway.Init")
  public // Opened before anything else.
  Combine(
      WindowTier tier,
      boolean templating,
      ServicePartitioner partitioner,
      ProcessorMetrics metrics) {
    this.tier = tier;
    this.template = templating ? new OperationTemplate() : null;
    this.partitioner = partitioner;
    this.metrics = metrics;
  }

  /**
   * Initialises this object; to be called before all other methods.
   *
   * @param child receives the partial counts
   */
  public void open(ProcessorContext<byte[], byte[]> context, String child) {
    this.context = context;
    sender = new PartialSender(context, child, context.taskId().partition(), partitioner);
  }

  /** Computes the hash that {@link #fetch} uses. */
  public void prepare(TraceView event) {
    if (event.isCompleted()) {
      SeriesKeys.latency(event, template);
    }
  }

  /** Prefetches the memory that counting an event reads, see {@link KeyTable#fetch}. */
  public int fetch(TraceView event) {
    return event.isCompleted()
        ? partials.fetch(
            SeriesKeys.latency(event, template).hash(), tier.windowStart(event.timestampMs()))
        : 0;
  }

  /** Counts the span and the metrics of an event. */
  public void take(TraceView event) {
    newestMs = Math.max(newestMs, event.timestampMs());
    if (event.reportsUsage()) {
      countUsage(event);
    }
    for (int i = 0; i < event.measureCount(); i++) {
      SeriesKeys.writeMeasure(event, key, i);
      countMeasure(event, i);
    }
    if (event.isMeasurement()) {
      countForWorkflow(event);
    } else if (event.isCompleted()) {
      LatencyKey series = SeriesKeys.latency(event, template);
      count(event, series);
      templated += series.isTemplated() ? 1 : 0;
      aggregated++;
    } else {
      uncounted++;
    }
    if (partials.size() > MANY_PARTIALS) {
      context.commit();
    }
  }

  /**
   * Adds the missing values to a span that has been counted, in its window.
   *
   * @param atMicros end of the span in the event that was counted
   */
  public void complete(TraceView event, long atMicros, boolean duration, boolean failure) {
    LatencyKey series = SeriesKeys.latency(event, template);
    long windowStartMs = tier.windowStart(Math.floorDiv(atMicros, 1_000));
    WindowStats stats = partials.at(series.array(), series.length(), windowStartMs);
    double micros = duration ? event.durationMicros() : Double.NaN;
    stats.complete(micros, event.samplingWeight(), failure);
    offerExemplar(event, stats, micros);
  }

  private void countUsage(TraceView event) {
    for (ResourceField resource : RESOURCES) {
      if (event.reportsUsage(resource) && (event.isCompleted() || !resource.isTotal())) {
        SeriesKeys.writeMetric(event, key, resource.metric());
        WindowStats stats = at(event, key);
        stats.kind(resource.isTotal() ? ValueKind.COUNTER : ValueKind.GAUGE);
        stats.record(event.usage(resource), event.samplingWeight(), false);
      }
    }
  }

  private void countForWorkflow(TraceView event) {
    for (int i = 0; i < event.measureCount(); i++) {
      if (SeriesKeys.writeWorkflow(event, key, i)) {
        countMeasure(event, i);
      }
    }
  }

  /** Of workflows each value is an observation; a custom metric of a span is a gauge. */
  private void countMeasure(TraceView event, int index) {
    WindowStats stats = at(event, key);
    stats.kind(event.isMeasurement() ? ValueKind.DISTRIBUTION : ValueKind.GAUGE);
    stats.record(event.measure(index), event.samplingWeight(), false);
  }

  private WindowStats at(TraceView event, KeyBuffer series) {
    return partials.at(series.array(), series.length(), tier.windowStart(event.timestampMs()));
  }

  private void count(TraceView event, LatencyKey series) {
    if (event.hasDuration() && event.samplingWeight() == 1) {
      partials.record(
          series.array(),
          series.length(),
          tier.windowStart(event.timestampMs()),
          (double) event.durationMicros(),
          event.isFailed(),
          event.bytes(),
          event.traceIdStart(),
          event.traceIdLength());
      return;
    }
    boolean failed = event.isFailed();
    WindowStats stats =
        partials.at(series.array(), series.length(), tier.windowStart(event.timestampMs()));
    if (!event.hasDuration()) {
      stats.count(event.samplingWeight(), failed);
      offerExemplar(event, stats, Double.NaN);
      return;
    }
    double micros = event.durationMicros();
    stats.record(micros, event.samplingWeight(), failed);
    offerExemplar(event, stats, micros);
  }

  private static void offerExemplar(TraceView event, WindowStats stats, double value) {
    stats.offerExemplar(
        value, event.isFailed(), event.bytes(), event.traceIdStart(), event.traceIdLength());
  }

  /** Adds the counts of events to the meters, which are not updated for each event. */
  public void tally() {
    metrics.aggregated.increment((double) aggregated);
    metrics.uncounted.increment((double) uncounted);
    metrics.namesTemplated.increment((double) templated);
    aggregated = 0;
    uncounted = 0;
    templated = 0;
  }

  /** Sends what was counted since the last commit. */
  public void send() {
    tally();
    sender.send(partials, newestMs);
  }

  /** Discards the counts, because the task restarts from its last commit. */
  public void discard() {
    partials.clear();
  }
}
