package io.tracetide.benchmarks.variant;

import io.tracetide.benchmarks.tally.Tally;
import io.tracetide.benchmarks.tally.TallyCodec;
import io.tracetide.benchmarks.tally.TallyKey;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.serde.TraceEventBatches;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The design of Kafka Streams tutorials: group by key, window, aggregate with a serde of the
 * sketch.
 *
 * <p>First argument: {@code keyed} relies on input that is keyed by series; {@code repartition}
 * takes any key and sends every event through a repartition topic first; {@code batches} does that
 * with the events of batches.
 */
public final class Tutorial {

  private static final Logger log = LoggerFactory.getLogger(Tutorial.class);

  /** Nothing is late: tasks may be far apart in event time when a topic is read from its start. */
  private static final Duration GRACE = Duration.ofHours(1);

  private static final String STORE = "windows";
  private static final String BY_SERIES = "by-series";

  private Tutorial() {}

  public static void main(String[] args) throws InterruptedException {
    String mode = args[0];
    RunSettings settings = RunSettings.parse(args);
    CountDownLatch ended = new CountDownLatch(1);
    try (SchemaRegistry registry =
            HttpSchemaRegistry.create(RegistrySettings.of(settings.registryUrl()));
        KafkaStreams streams =
            new KafkaStreams(topology(settings, registry, mode), streams(settings))) {
      streams.setUncaughtExceptionHandler(
          e -> {
            log.error("processing failed", e);
            ended.countDown();
            return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler
                .StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
          });
      Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
      streams.start();
      ProgressLines.start(progress(settings, !mode.equals("keyed")));
      ended.await();
      throw new IllegalStateException("processing has failed, see above");
    }
  }

  /** An event behind the repartition is done when it has been read from there. */
  private static LongSupplier progress(RunSettings settings, boolean repartition) {
    return new ConsumedRecords(
        repartition ? settings.id() + "-" + BY_SERIES + "-repartition" : settings.input());
  }

  private static Topology topology(RunSettings settings, SchemaRegistry registry, String mode) {
    Serde<TraceEvent> events = AvroSerde.of(registry, Topics.TRACES, TraceEvent.class);
    Serde<String> keys = Serdes.String();
    Serde<Tally> tallies =
        Serdes.serdeFrom(
            (topic, tally) -> tally == null ? null : TallyCodec.encode(tally),
            (topic, bytes) -> bytes == null ? null : TallyCodec.decode(bytes));
    StreamsBuilder builder = new StreamsBuilder();
    KStream<String, TraceEvent> bySeries =
        switch (mode) {
          case "batches" ->
              builder.stream(
                      settings.input(),
                      Consumed.with(
                          keys,
                          AvroSerde.of(registry, Topics.TRACE_BATCHES, TraceEventBatch.class)))
                  .process(EventsOfBatch::new);
          case "repartition" ->
              builder.stream(settings.input(), Consumed.with(keys, events))
                  .selectKey((key, event) -> series(event));
          default -> builder.stream(settings.input(), Consumed.with(keys, events));
        };
    bySeries
        .groupByKey(Grouped.with(BY_SERIES, keys, events))
        .windowedBy(TimeWindows.ofSizeAndGrace(Workload.WINDOW, GRACE))
        .aggregate(
            Tally::new,
            (key, event, tally) -> count(event, tally),
            Materialized.<String, Tally, WindowStore<Bytes, byte[]>>as(STORE)
                .withKeySerde(keys)
                .withValueSerde(tallies)
                .withRetention(GRACE.plus(Workload.WINDOW)))
        .toStream()
        .to(settings.output(), Produced.with(windowed(), tallies));
    return builder.build();
  }

  /** Forwards each event of a batch with its series and time. */
  private static final class EventsOfBatch
      extends ContextualProcessor<String, TraceEventBatch, String, TraceEvent> {

    @Override
    public void process(Record<String, TraceEventBatch> batch) {
      for (TraceEvent event : TraceEventBatches.events(batch.value())) {
        context().forward(new Record<>(series(event), event, event.getTimestamp().toEpochMilli()));
      }
    }
  }

  private static Serde<Windowed<String>> windowed() {
    return WindowedSerdes.timeWindowedSerdeFrom(String.class, Workload.WINDOW.toMillis());
  }

  private static String series(TraceEvent event) {
    return TallyKey.series(event.getServiceName(), event.getOperationName());
  }

  private static Tally count(TraceEvent event, Tally tally) {
    return tally.add(event.getDurationMicros(), event.getStatus() == TraceStatus.FAILED);
  }

  /** The same client settings as Tracetide's, where they cost or save work. */
  private static Properties streams(RunSettings settings) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.id());
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    p.put(StreamsConfig.STATE_DIR_CONFIG, settings.directory().toString());
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commitInterval().toMillis());
    p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 2_000);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 20);
    return p;
  }
}
