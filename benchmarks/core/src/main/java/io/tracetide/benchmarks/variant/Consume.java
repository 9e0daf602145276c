package io.tracetide.benchmarks.variant;

import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.TraceEventBatches;
import io.tracetide.schemas.serde.WireFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The minimum for any reader of trace events: polls and decodes each event, without counting by
 * series and without publishing.
 *
 * <p>First argument: {@code record} decodes each event whole, as Avro's own {@code SpecificRecord};
 * {@code batches} does so with batches of events; {@code needed} reads just the fields that
 * aggregation needs.
 */
public final class Consume {

  private static final Duration POLL = Duration.ofMillis(100);

  private Consume() {}

  /** Decodes the events of a record, and adds up their durations, so that none is left out. */
  private abstract static class Decode {
    long micros;

    /** Returns the number of events. */
    abstract int read(byte[] record) throws IOException;
  }

  public static void main(String[] args) throws IOException {
    RunSettings settings = RunSettings.parse(args);
    try (SchemaRegistry registry =
            HttpSchemaRegistry.create(RegistrySettings.of(settings.registryUrl()));
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                consumer(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Decode decode =
          switch (args[0]) {
            case "needed" -> new NeededFields(registry);
            case "batches" -> new Batches(registry);
            default -> new WholeRecord(registry);
          };
      consumer.subscribe(List.of(settings.input()));
      ProgressLines.start(ConsumedRecords.events(settings));
      long read = 0;
      while (read < settings.records()) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> each : records) {
          read += decode.read(each.value());
        }
      }
      System.out.println("sum micros=" + decode.micros);
      ProgressLines.finished(read);
    }
  }

  private static Map<String, Object> consumer(RunSettings settings) {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        settings.bootstrapServers(),
        ConsumerConfig.GROUP_ID_CONFIG,
        settings.id(),
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "earliest",
        ConsumerConfig.AUTO_COMMIT_INTERVAL_MS_CONFIG,
        Math.toIntExact(settings.commitInterval().toMillis()),
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
        2_000);
  }

  /** Avro's decoder, which is cheaper than Tracetide's decoder with limits. */
  private static final class WholeRecord extends Decode {

    private final SchemaRegistry registry;
    private final Map<Integer, SpecificDatumReader<TraceEvent>> readers = new HashMap<>();
    private final BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(new byte[0], null);

    WholeRecord(SchemaRegistry registry) {
      this.registry = registry;
    }

    @Override
    @SuppressWarnings("NullAway") // Null: there is no instance to reuse.
    int read(byte[] record) throws IOException {
      int header = WireFormat.HEADER_BYTES;
      BinaryDecoder in =
          DecoderFactory.get().binaryDecoder(record, header, record.length - header, decoder);
      micros +=
          readers
              .computeIfAbsent(WireFormat.schemaId(record), this::reader)
              .read(null, in)
              .getDurationMicros();
      return 1;
    }

    private SpecificDatumReader<TraceEvent> reader(int schemaId) {
      return new SpecificDatumReader<>(
          registry.schemaById(schemaId),
          TraceEvent.getClassSchema(),
          SpecificData.getForClass(TraceEvent.class));
    }
  }

  /** The published reader of batches. */
  private static final class Batches extends Decode {

    private final AvroDecoder<TraceEventBatch> decoder;

    Batches(SchemaRegistry registry) {
      decoder = new AvroDecoder<>(registry, TraceEventBatch.class);
    }

    @Override
    int read(byte[] record) {
      List<TraceEvent> events = TraceEventBatches.events(decoder.decode(record));
      for (TraceEvent event : events) {
        micros += event.getDurationMicros();
      }
      return events.size();
    }
  }

  private static final class NeededFields extends Decode {

    private final SchemaRegistry registry;
    private final Map<Integer, TraceEventReader> readers = new HashMap<>();
    private final TraceView view = new TraceView();

    NeededFields(SchemaRegistry registry) {
      this.registry = registry;
    }

    @Override
    int read(byte[] record) {
      readers
          .computeIfAbsent(
              WireFormat.schemaId(record), id -> new TraceEventReader(registry.schemaById(id)))
          .read(record, view);
      micros += view.durationMicros();
      return 1;
    }
  }
}
