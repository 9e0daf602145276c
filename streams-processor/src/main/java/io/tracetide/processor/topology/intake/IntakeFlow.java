package io.tracetide.processor.topology.intake;

import io.tracetide.processor.event.MetricSampleCheck;
import io.tracetide.processor.event.MetricSampleReader;
import io.tracetide.processor.event.MetricView;
import io.tracetide.processor.event.RecordView;
import io.tracetide.processor.event.TraceEventCheck;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.topic.Topics;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.jspecify.annotations.Nullable;

/** Reads and validates trace events and metric samples; invalid records become dead letters. */
public final class IntakeFlow {

  /** Topic of events that are sent to the partition of their trace, without the prefix. */
  public static final String LIFECYCLE = "lifecycle";

  private static final String MERGE = "merge-traces";
  private static final Validate.Children OF_TRACES =
      new Validate.Children(MERGE, "traces-dead-letter");
  private static final Validate.Children OF_ROUTED =
      new Validate.Children(MERGE, "routed-dead-letter");
  private static final Serde<byte[]> BYTES = Serdes.ByteArray();

  private final WindowConfig windows;
  private final TracePlacement placement;
  private final SchemaRegistry registry;
  private final ProcessorMetrics metrics;
  private final Clock clock;

  /** Validates by the limits of windows, and places the events of each trace in one partition. */
  public IntakeFlow(
      WindowConfig windows,
      TracePlacement placement,
      SchemaRegistry registry,
      ProcessorMetrics metrics,
      Clock clock) {
    this.windows = windows;
    this.placement = placement;
    this.registry = registry;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Valid trace events, each in the partition of its trace. */
  public KStream<byte[], Validated<TraceView>> traces(StreamsBuilder builder) {
    KStream<byte[], Validated<TraceView>> events =
        builder.stream(List.of(Topics.TRACES, Topics.TRACE_BATCHES), consumed("traces"))
            .process(
                () -> validateTraces(OF_TRACES, metrics.events, placement, new Unpacking(registry)),
                Named.as("validate"));
    writeDeadLetters(events, OF_TRACES);

    // Events that belong to another partition are sent there and validated again.
    KStream<byte[], Validated<TraceView>> routed =
        events
            .process(PassOnRawRecords::new, Named.as(placement.child()))
            .repartition(
                Repartitioned.<byte[], byte[]>as(LIFECYCLE)
                    .withKeySerde(BYTES)
                    .withValueSerde(BYTES))
            .process(
                () -> validateTraces(OF_ROUTED, metrics.routed, null, null),
                Named.as("validate-routed"));
    writeDeadLetters(routed, OF_ROUTED);
    return events.merge(routed, Named.as(MERGE));
  }

  /**
   * Valid samples of metrics.
   *
   * @param child name of the processor that receives them
   */
  public KStream<byte[], Validated<MetricView>> metrics(StreamsBuilder builder, String child) {
    Validate.Children children = new Validate.Children(child, "metrics-dead-letter");
    KStream<byte[], Validated<MetricView>> samples =
        builder.stream(Topics.METRICS, consumed("metrics"))
            .process(() -> validateMetrics(children), Named.as("validate-metrics"));
    writeDeadLetters(samples, children);
    return samples;
  }

  private Consumed<byte[], byte[]> consumed(String name) {
    return Consumed.with(BYTES, BYTES)
        .withName(name)
        .withTimestampExtractor(new EventTimeFence(clock, windows.maxAhead()));
  }

  private Validate<TraceView> validateTraces(
      Validate.Children children,
      ProcessorMetrics.Intake counters,
      @Nullable TracePlacement placement,
      @Nullable Unpacking unpacking) {
    return new Validate<>(
        registry,
        TraceEventReader::new,
        new TraceEventCheck(windows.maxAhead(), windows.longestRetention()),
        children,
        counters,
        placement,
        unpacking);
  }

  private Validate<MetricView> validateMetrics(Validate.Children children) {
    return new Validate<>(
        registry,
        MetricSampleReader::new,
        new MetricSampleCheck(windows.maxAhead(), windows.longestRetention()),
        children,
        metrics.samples,
        null,
        null);
  }

  private static <V extends RecordView> void writeDeadLetters(
      KStream<byte[], Validated<V>> validated, Validate.Children children) {
    validated.to(
        Topics.TRACES_DEAD_LETTER,
        Produced.with(BYTES, new RawRecordSerde<V>()).withName(children.deadLetter()));
  }
}
