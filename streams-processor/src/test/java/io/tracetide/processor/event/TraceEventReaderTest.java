package io.tracetide.processor.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class TraceEventReaderTest {

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, "traces-value", TraceEvent.class);
  private final AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
  private final TraceView view = new TraceView();

  @Property(tries = 300)
  void shouldReadTheSameAsTheContractsOwnDecoder(@ForAll long seed) {
    byte[] bytes = encoder.encode(randomEvent(new Random(seed)));
    TraceEvent whole = decoder.decode(bytes);

    reader(bytes).read(bytes, view);

    assertThat(view.tenant()).isEqualTo(whole.getTenantId());
    assertThat(view.traceId()).isEqualTo(whole.getTraceId());
    assertThat(view.service()).isEqualTo(whole.getServiceName());
    assertThat(view.operation()).isEqualTo(whole.getOperationName());
    assertThat(view.isCompleted()).isEqualTo(whole.getType() == TraceEventType.COMPLETED);
    assertThat(view.isFailed()).isEqualTo(whole.getStatus() == TraceStatus.FAILED);
    assertThat(view.timestampMs()).isEqualTo(whole.getTimestamp().toEpochMilli());
    assertThat(view.hasDuration()).isEqualTo(whole.getDurationMicros() != null);
    assertThat(view.samplingWeight()).isEqualTo(whole.getSamplingWeight());
    ResourceUsage usage = whole.getResourceUsage();
    assertThat(view.reportsUsage(ResourceField.CPU_USAGE_PERCENT))
        .isEqualTo(usage != null && usage.getCpuUsagePercent() != null);
    assertThat(view.reportsUsage(ResourceField.MEMORY_USAGE_MB)).isEqualTo(usage != null);
    assertThat(view.reportsUsage(ResourceField.DISK_IO_KB)).isFalse();
    KeyBuffer key = new KeyBuffer();
    SeriesKeys.writeLatency(view, key);
    assertThat(SeriesCodec.decode(Arrays.copyOf(key.array(), key.length())))
        .isEqualTo(
            SeriesId.ofOperation(
                whole.getTenantId(), whole.getServiceName(), whole.getOperationName()));
  }

  @Property(tries = 500)
  void shouldRefuseDamagedBytesWithoutFailingOtherwise(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = encoder.encode(randomEvent(random));
    TraceEventReader reader = reader(bytes);
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      bytes[WireFormat.HEADER_BYTES + random.nextInt(bytes.length - WireFormat.HEADER_BYTES)] =
          (byte) random.nextInt(256);
    }

    try {
      reader.read(bytes, view);
    } catch (MalformedRecordException e) {
      assertThat(DeadLetterReason.of(e)).isNotNull();
    }
  }

  @Test
  void shouldRefuseEveryRecordThatIsCutShort() {
    byte[] bytes = encoder.encode(randomEvent(new Random(1)));
    TraceEventReader reader = reader(bytes);
    for (int length = WireFormat.HEADER_BYTES; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> reader.read(cut, view)).isInstanceOf(MalformedRecordException.class);
    }
  }

  /** What a decoder of whole records refuses, or its trace could not be followed. */
  @Test
  void shouldRefuseAnIntOfSixBytesInAFieldThatIsNotRead() {
    byte[] bytes =
        encoder.encode(
            TraceEvent.newBuilder(randomEvent(new Random(1))).setTraceFlags(1_000_000).build());
    byte[] flags = {(byte) 0x80, (byte) 0x89, 0x7a};
    int at = 0;
    while (!Arrays.equals(bytes, at, at + 3, flags, 0, 3)) {
      at++;
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 3);
    System.arraycopy(bytes, at + 3, longer, at + 6, bytes.length - at - 3);
    longer[at + 2] = (byte) 0xfa;
    longer[at + 3] = (byte) 0x80;
    longer[at + 4] = (byte) 0x80;

    assertThatThrownBy(() -> reader(bytes).read(longer, view))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("int");
  }

  @Test
  void shouldFollowAForeignVersionOfTheContract() throws IOException {
    Schema foreign =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"TraceEvent","namespace":"io.tracetide.schemas","fields":[
                 {"name":"added","type":{"type":"array","items":{"type":"map","values":"long"}}},
                 {"name":"timestamp","type":{"type":"long","logicalType":"timestamp-millis"}},
                 {"name":"operationName","type":["null","string"]},
                 {"name":"durationMicros","type":"int"},
                 {"name":"type","type":{"type":"enum","name":"T","symbols":["COMPLETED","PAUSED"]}},
                 {"name":"serviceName","type":"string"},
                 {"name":"traceId","type":"string"}]}
                """);
    GenericRecord event = new GenericData.Record(foreign);
    event.put("added", List.of(Map.of("a", 1L), Map.of()));
    event.put("timestamp", 1_700_000_000_000L);
    event.put("operationName", "op");
    event.put("durationMicros", 42);
    event.put("type", new GenericData.EnumSymbol(foreign.getField("type").schema(), "COMPLETED"));
    event.put("serviceName", "svc");
    event.put("traceId", "t");

    new TraceEventReader(foreign).read(write(foreign, event), view);

    assertThat(view.isCompleted()).isTrue();
    assertThat(view.timestampMs()).isEqualTo(1_700_000_000_000L);
    assertThat(view.operation()).isEqualTo("op");
    assertThat(view.durationMicros()).isEqualTo(42);
    assertThat(view.tenant()).isEqualTo("default");
    assertThat(view.samplingWeight()).isEqualTo(1);
  }

  @Test
  void shouldRefuseASchemaThatIsNoVersionOfTheContract() {
    Schema other =
        new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Order\",\"fields\":[]}");

    assertThatThrownBy(() -> new TraceEventReader(other))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("Order");
  }

  @Test
  void shouldRefuseASchemaWhoseRecordsTakeForeverWithoutBytes() {
    StringBuilder nested = new StringBuilder("{'type':'record','name':'R0','fields':[]}");
    for (int i = 1; i < 40; i++) {
      nested.insert(0, "{'type':'record','name':'R%d','fields':[{'name':'a','type':".formatted(i));
      nested.append("},{'name':'b','type':'R%d'}]}".formatted(i - 1));
    }
    Schema written = withField(nested.toString());

    assertThatThrownBy(() -> new TraceEventReader(written))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("more than 2000 types");
  }

  @Test
  void shouldRefuseItemsWithoutBytes() throws IOException {
    Schema written = withField("{'type':'array','items':{'type':'array','items':'null'}}");
    GenericRecord event = minimal(written);
    event.put("added", List.of(Arrays.asList(new Object[1_000]), List.of()));
    byte[] bytes = write(written, event);

    assertThatThrownBy(() -> new TraceEventReader(written).read(bytes, view))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("items without bytes");
  }

  /** The required fields, and one that this version does not have. */
  private static Schema withField(String type) {
    String schema =
        """
        {'type':'record','name':'TraceEvent','namespace':'io.tracetide.schemas','fields':[
         {'name':'type','type':{'type':'enum','name':'T','symbols':['COMPLETED']}},
         {'name':'traceId','type':'string'},
         {'name':'serviceName','type':'string'},
         {'name':'operationName','type':'string'},
         {'name':'timestamp','type':'long'},
         {'name':'added','type':%s}]}
        """;
    return new Schema.Parser().parse(schema.formatted(type).replace('\'', '"'));
  }

  private static GenericRecord minimal(Schema schema) {
    GenericRecord event = new GenericData.Record(schema);
    event.put("type", new GenericData.EnumSymbol(schema.getField("type").schema(), "COMPLETED"));
    event.put("traceId", "t");
    event.put("serviceName", "svc");
    event.put("operationName", "op");
    event.put("timestamp", 1L);
    return event;
  }

  @Test
  void shouldRefuseACollectionThatClaimsMoreThanItHolds() throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"TraceEvent","fields":[
                 {"name":"type","type":{"type":"enum","name":"T","symbols":["COMPLETED"]}},
                 {"name":"traceId","type":"string"},{"name":"serviceName","type":"string"},
                 {"name":"operationName","type":"string"},{"name":"timestamp","type":"long"},
                 {"name":"nothing","type":{"type":"array","items":"null"}}]}
                """);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[WireFormat.HEADER_BYTES]);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    encoder.writeEnum(0);
    encoder.writeString("t");
    encoder.writeString("s");
    encoder.writeString("o");
    encoder.writeLong(1);
    encoder.writeLong(1_000_000_000_000L); // Items of no bytes: nothing would ever run out.
    encoder.flush();

    assertThatThrownBy(() -> new TraceEventReader(schema).read(out.toByteArray(), view))
        .isInstanceOf(MalformedRecordException.class);
  }

  private TraceEventReader reader(byte[] bytes) {
    return new TraceEventReader(registry.schemaById(WireFormat.schemaId(bytes)));
  }

  private static byte[] write(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[WireFormat.HEADER_BYTES]);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  static TraceEvent randomEvent(Random random) {
    Instant now = Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt(1_000_000));
    TraceEvent.Builder event =
        TraceEvent.newBuilder()
            .setTenantId(random.nextBoolean() ? "default" : "tenant-" + random.nextInt(9))
            .setType(TraceEventType.values()[random.nextInt(3)])
            .setTraceId(
                random.nextBoolean()
                    ? "trace-" + random.nextLong()
                    : "%016x%016x".formatted(random.nextLong(), random.nextLong()))
            .setSpanId(random.nextBoolean() ? "" : "%016x".formatted(random.nextLong()))
            .setParentSpanId(random.nextBoolean() ? null : "%016x".formatted(random.nextLong()))
            .setServiceName("service-" + random.nextInt(9))
            .setOperationName("GET /päth/" + random.nextInt(9))
            .setStatus(TraceStatus.values()[random.nextInt(4)])
            .setTimestamp(now.plus(random.nextInt(999), ChronoUnit.MICROS))
            .setSamplingWeight(random.nextBoolean() ? 1 : random.nextDouble() + 1);
    if (random.nextBoolean()) {
      event.setDurationMicros(random.nextLong());
    }
    if (random.nextBoolean()) {
      event.setContext(
          TraceContext.newBuilder()
              .setContextId("c")
              .setUserId(random.nextBoolean() ? "u" : null)
              .build());
    }
    if (random.nextBoolean()) {
      event.setTags(Map.of("a", "b", "ключ", "x".repeat(random.nextInt(200))));
      event.setCustomMetrics(Map.of("m", random.nextDouble()));
    }
    if (random.nextBoolean()) {
      event.setResourceUsage(
          ResourceUsage.newBuilder()
              .setCpuUsagePercent(random.nextBoolean() ? random.nextDouble() * 100 : null)
              .setMemoryUsageMb(1.0)
              .build());
    }
    if (random.nextBoolean()) {
      event.setEvents(
          List.of(
              SpanEvent.newBuilder().setTimestamp(now).setAttributes(Map.of("k", "v")).build(),
              SpanEvent.newBuilder().setTimestamp(now).setEventType("trace_milestone").build()));
      event.setOutcome(
          TraceOutcome.newBuilder()
              .setError(TraceError.newBuilder().setType("IOException").setMessage("m").build())
              .build());
    }
    return event.build();
  }
}
