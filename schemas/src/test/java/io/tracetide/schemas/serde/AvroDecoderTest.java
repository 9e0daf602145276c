package io.tracetide.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class AvroDecoderTest {

  private static final String SUBJECT = "traces-value";

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, SUBJECT, TraceEvent.class);
  private final AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);

  @Test
  void shouldReadBackWhatWasWritten() {
    TraceEvent event = SampleRecords.traceEvent();

    assertThat(decoder.decode(encoder.encode(event))).isEqualTo(event);
  }

  @Test
  void shouldReadRecordsOfAnOlderSchemaWithDefaultsForNewFields() throws IOException {
    Schema older =
        SchemaBuilder.record("TraceEvent")
            .namespace("io.tracetide.schemas")
            .fields()
            .name("type")
            .type(enumOf("STARTED", "UPDATED", "COMPLETED"))
            .noDefault()
            .requiredString("traceId")
            .requiredString("serviceName")
            .requiredString("operationName")
            .requiredLong("timestamp")
            .endRecord();
    byte[] record =
        written(
            older,
            new GenericRecordBuilder(older)
                .set("type", symbol(older, "STARTED"))
                .set("traceId", "t")
                .set("serviceName", "s")
                .set("operationName", "o")
                .set("timestamp", 1_000_001L)
                .build());

    TraceEvent event = decoder.decode(record);

    assertThat(event.getTraceId()).isEqualTo("t");
    assertThat(event.getTimestamp()).isEqualTo(Instant.ofEpochSecond(1, 1_000));
    assertThat(event.getSamplingWeight()).isEqualTo(1.0);
    assertThat(event.getTags()).isEmpty();
  }

  @Test
  void shouldReadRecordsOfANewerSchemaAndTakeAnUnknownSymbolAsTheDefault() throws IOException {
    Schema newer =
        SchemaBuilder.record("TraceEvent")
            .namespace("io.tracetide.schemas")
            .fields()
            .name("extra")
            .type(SchemaBuilder.array().items(SchemaBuilder.map().values().stringType()))
            .noDefault()
            .name("type")
            .type(enumOf("STARTED", "UPDATED", "COMPLETED", "PAUSED"))
            .noDefault()
            .requiredString("traceId")
            .requiredString("serviceName")
            .requiredString("operationName")
            .requiredLong("timestamp")
            .endRecord();
    byte[] record =
        written(
            newer,
            new GenericRecordBuilder(newer)
                .set("extra", List.of(Map.of("a", "b"), Map.of()))
                .set("type", symbol(newer, "PAUSED"))
                .set("traceId", "t")
                .set("serviceName", "s")
                .set("operationName", "o")
                .set("timestamp", 0L)
                .build());

    TraceEvent event = decoder.decode(record);

    assertThat(event.getType()).isEqualTo(TraceEventType.UPDATED);
    assertThat(event.getServiceName()).isEqualTo("s");
  }

  @Test
  void shouldReadRecordsOfAWriterThatIsNotJava() throws IOException {
    String withoutJava =
        TraceEvent.getClassSchema().toString().replace(",\"avro.java.string\":\"String\"", "");
    Schema foreign = new Schema.Parser().parse(withoutJava);
    assertThat(foreign.toString()).doesNotContain("avro.java");
    byte[] ours = encoder.encode(SampleRecords.traceEvent());
    int id = registry.register(SUBJECT, foreign);
    byte[] theirs = ours.clone();
    WireFormat.writeHeader(theirs, id);

    assertThat(decoder.decode(theirs)).isEqualTo(SampleRecords.traceEvent());
  }

  @Test
  void shouldRefuseEveryRecordThatIsCutShort() {
    byte[] record = encoder.encode(SampleRecords.traceEvent());

    for (int length = 0; length < record.length; length++) {
      byte[] cut = Arrays.copyOf(record, length);
      assertThatThrownBy(() -> decoder.decode(cut))
          .isInstanceOf(MalformedRecordException.class)
          .extracting(e -> ((MalformedRecordException) e).reason())
          .as("cut to %s of %s bytes", length, record.length)
          .isIn(Reason.EMPTY, Reason.TRUNCATED, Reason.TOO_MANY_ITEMS);
    }
  }

  @Test
  void shouldRefuseARecordWithBytesAfterItsEnd() {
    byte[] record = encoder.encode(SampleRecords.traceEvent());

    assertRefused(Arrays.copyOf(record, record.length + 1), Reason.TRAILING_BYTES);
  }

  @Test
  void shouldRefuseARecordBeyondTheLimit() {
    AvroDecoder<TraceEvent> strict =
        new AvroDecoder<>(registry, TraceEvent.class, new DecodeLimits(64, 10));

    assertThatThrownBy(() -> strict.decode(encoder.encode(SampleRecords.traceEvent())))
        .asInstanceOf(InstanceOfAssertFactories.type(MalformedRecordException.class))
        .extracting(MalformedRecordException::reason)
        .isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void shouldRefuseARecordOfAnotherKind() {
    AvroEncoder<MetricSample> other =
        new AvroEncoder<>(registry, "metrics-value", MetricSample.class);
    byte[] record =
        other.encode(
            MetricSample.newBuilder()
                .setServiceName("s")
                .setMetricName("cpu_usage_percent")
                .setTimestamp(Instant.EPOCH)
                .build());

    assertRefused(record, Reason.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void shouldRefuseAWriterWhoseSchemaContainsItself() {
    Schema recursive =
        new Schema.Parser()
            .parse(
                traceEventWith(
                    """
                    {"name":"n","type":{"type":"record","name":"Node","fields":[
                      {"name":"next","type":["null","Node"]}]}}\
                    """));
    int id = registry.register(SUBJECT, recursive);
    byte[] record = new byte[1 << 20];
    Arrays.fill(record, (byte) 2);
    WireFormat.writeHeader(record, id);

    assertRefused(record, Reason.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void shouldRefuseAWriterWhoseSchemaDoublesWithEachLevelAndTakesNoBytes() {
    StringBuilder fields = new StringBuilder();
    fields.append("{\"name\":\"f0\",\"type\":{\"type\":\"record\",\"name\":\"T0\",\"fields\":[]}}");
    for (int i = 1; i <= 40; i++) {
      fields.append(
          ",{\"name\":\"f%d\",\"type\":{\"type\":\"record\",\"name\":\"T%d\",\"fields\":["
                  .formatted(i, i)
              + "{\"name\":\"a\",\"type\":\"T%d\"},{\"name\":\"b\",\"type\":\"T%d\"}]}}"
                  .formatted(i - 1, i - 1));
    }
    int id =
        registry.register(SUBJECT, new Schema.Parser().parse(traceEventWith(fields.toString())));
    byte[] record = new byte[64];
    WireFormat.writeHeader(record, id);

    assertRefused(record, Reason.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void shouldDistinguishAnUnknownSchemaFromARegistryThatIsDown() {
    byte[] record = encoder.encode(SampleRecords.traceEvent());
    WireFormat.writeHeader(record, 4711);

    assertThatThrownBy(() -> decoder.decode(record)).isInstanceOf(UnknownSchemaException.class);

    AvroDecoder<TraceEvent> cutOff = new AvroDecoder<>(new DeadRegistry(), TraceEvent.class);
    assertThatThrownBy(() -> cutOff.decode(record))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void shouldRefuseRandomBytesWithoutOtherFailures() {
    byte[] record = encoder.encode(SampleRecords.traceEvent());
    Random random = new Random(20260301);

    for (int i = 0; i < 50_000; i++) {
      byte[] mutated = record.clone();
      for (int flips = random.nextInt(8) + 1; flips > 0; flips--) {
        int at = WireFormat.HEADER_BYTES + random.nextInt(record.length - WireFormat.HEADER_BYTES);
        mutated[at] = (byte) random.nextInt(256);
      }
      try {
        decoder.decode(mutated);
      } catch (MalformedRecordException e) {
        assertThat(e.reason()).isNotNull();
      }
    }
  }

  @Test
  void shouldServeManyThreadsAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Boolean> roundTrips =
          () -> {
            for (int i = 0; i < 500; i++) {
              TraceEvent event = TraceEvent.newBuilder(SampleRecords.traceEvent()).build();
              if (!decoder.decode(encoder.encode(event)).equals(event)) {
                return false;
              }
            }
            return true;
          };
      for (Future<Boolean> same : threads.invokeAll(Collections.nCopies(8, roundTrips))) {
        assertThat(same.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void assertRefused(byte[] record, Reason reason) {
    assertThatThrownBy(() -> decoder.decode(record))
        .asInstanceOf(InstanceOfAssertFactories.type(MalformedRecordException.class))
        .extracting(MalformedRecordException::reason)
        .isEqualTo(reason);
  }

  /** The current schema with one more field in front. */
  private static String traceEventWith(String fields) {
    return TraceEvent.getClassSchema()
        .toString()
        .replaceFirst("\"fields\":\\[", "\"fields\":[" + fields + ",");
  }

  private byte[] written(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[WireFormat.HEADER_BYTES]);
    BinaryEncoder binary = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, binary);
    binary.flush();
    byte[] written = bytes.toByteArray();
    WireFormat.writeHeader(written, registry.register(SUBJECT, schema));
    return written;
  }

  private static Schema enumOf(String... symbols) {
    return SchemaBuilder.enumeration("TraceEventType")
        .namespace("io.tracetide.schemas")
        .symbols(symbols);
  }

  private static Object symbol(Schema record, String symbol) {
    return new GenericData.EnumSymbol(record.getField("type").schema(), symbol);
  }

  private static final class DeadRegistry implements SchemaRegistry {

    @Override
    public int register(String subject, Schema schema) {
      throw new RegistryUnavailableException("down", null);
    }

    @Override
    public int lookup(String subject, Schema schema) {
      throw new RegistryUnavailableException("down", null);
    }

    @Override
    public Schema schemaById(int id) {
      throw new RegistryUnavailableException("down", null);
    }

    @Override
    public void setCompatibility(String subject, String level) {
      throw new RegistryUnavailableException("down", null);
    }

    @Override
    public void close() {}
  }
}
