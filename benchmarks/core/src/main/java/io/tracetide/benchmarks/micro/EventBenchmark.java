package io.tracetide.benchmarks.micro;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.event.SeriesKeys;
import io.tracetide.processor.event.TraceEventReader;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.window.PartialTable;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.WireFormat;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The cost of one event: decoding it with several readers, counting it, and encoding it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class EventBenchmark {

  private byte[][] events;
  private int at;
  private TraceEventReader reader;
  private final TraceView view = new TraceView();
  private final KeyBuffer key = new KeyBuffer();
  private final PartialTable partials = new PartialTable();
  private SpecificDatumReader<TraceEvent> plainReader;
  private BinaryDecoder plainDecoder;
  private AvroDecoder<TraceEvent> decoder;
  private AvroEncoder<TraceEvent> encoder;
  private TraceEvent event;

  @Setup
  public void write() {
    InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
    events = SampleEvents.write(registry);
    reader = new TraceEventReader(registry.schemaById(WireFormat.schemaId(events[0])));
    plainReader =
        new SpecificDatumReader<>(
            TraceEvent.getClassSchema(),
            TraceEvent.getClassSchema(),
            SpecificData.getForClass(TraceEvent.class));
    decoder = new AvroDecoder<>(registry, TraceEvent.class);
    encoder =
        new AvroEncoder<>(registry, SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.class);
    event = decoder.decode(events[0]);
  }

  private byte[] next() {
    at = (at + 1) & (SampleEvents.COUNT - 1);
    return events[at];
  }

  /** The fields that aggregation needs, with Tracetide's reader. */
  @Benchmark
  public TraceView decodeNeeded() {
    reader.read(next(), view);
    return view;
  }

  /** The whole event by Avro's own reader. */
  @Benchmark
  public TraceEvent decodeSpecificRecord() throws IOException {
    byte[] record = next();
    plainDecoder =
        DecoderFactory.get()
            .binaryDecoder(
                record,
                WireFormat.HEADER_BYTES,
                record.length - WireFormat.HEADER_BYTES,
                plainDecoder);
    return plainReader.read(null, plainDecoder);
  }

  /** The whole event with Tracetide's decoder for untrusted bytes. */
  @Benchmark
  public TraceEvent decodeBounded() {
    return decoder.decode(next());
  }

  /** Bytes to counts: read, find the series' window, count; a new table every 32,768 events. */
  @Benchmark
  public PartialTable combine() {
    byte[] record = next();
    if (at == 0) {
      partials.clear();
    }
    reader.read(record, view);
    SeriesKeys.writeLatency(view, key);
    partials.record(
        key.array(),
        key.length(),
        WindowTier.BASE.windowStart(view.timestampMs()),
        (double) view.durationMicros(),
        view.isFailed(),
        view.bytes(),
        view.traceIdStart(),
        view.traceIdLength());
    return partials;
  }

  /** One event into the wire format. */
  @Benchmark
  public byte[] encode() {
    return encoder.encode(event);
  }
}
