package io.tracetide.processor.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.bytes.KeyBuffer;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Temporality;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.serde.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

class MetricSampleReaderTest {

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<MetricSample> encoder =
      new AvroEncoder<>(registry, "metrics-value", MetricSample.class);
  private final AvroDecoder<MetricSample> decoder = new AvroDecoder<>(registry, MetricSample.class);
  private final MetricView view = new MetricView();

  @Property(tries = 300)
  void shouldReadTheSameAsTheContractsOwnDecoder(@ForAll long seed) {
    byte[] bytes = encoder.encode(randomSample(new Random(seed)));
    MetricSample whole = decoder.decode(bytes);

    reader(bytes).read(bytes, view);

    assertThat(view.tenant()).isEqualTo(whole.getTenantId());
    assertThat(view.service()).isEqualTo(whole.getServiceName());
    assertThat(view.metric()).isEqualTo(whole.getMetricName());
    assertThat(view.type()).isEqualTo(whole.getType());
    assertThat(view.timestampMs()).isEqualTo(whole.getTimestamp().toEpochMilli());
    assertThat(view.value()).isEqualTo(whole.getValue());
    assertThat(view.hasStart()).isEqualTo(whole.getStartTimestamp() != null);
    if (whole.getStartTimestamp() != null) {
      assertThat(view.startMicros())
          .isEqualTo(ChronoUnit.MICROS.between(Instant.EPOCH, whole.getStartTimestamp()));
    }
    HistogramData histogram = whole.getHistogram();
    if (histogram != null) {
      assertThat(Arrays.stream(view.bounds(), 0, view.boundCount()).boxed().toList())
          .isEqualTo(histogram.getBounds());
      assertThat(Arrays.stream(view.buckets(), 0, view.bucketCount()).boxed().toList())
          .isEqualTo(histogram.getCounts());
      assertThat(List.of(view.histogramSum(), view.min(), view.max()))
          .containsExactly(
              histogram.getSumKnown() ? histogram.getSum() : Double.NaN,
              Objects.requireNonNullElse(histogram.getMin(), Double.NaN),
              Objects.requireNonNullElse(histogram.getMax(), Double.NaN));
    }
    assertThat(view.temporality()).isEqualTo(whole.getTemporality());
    assertThat(new String(bytes, view.unitStart(), view.unitLength(), StandardCharsets.UTF_8))
        .isEqualTo(whole.getUnit());
    assertThat(view.tagCount()).isEqualTo(whole.getTags().size());
    KeyBuffer key = new KeyBuffer();
    view.writeSeriesKey(key);
    assertThat(SeriesCodec.decode(Arrays.copyOf(key.array(), key.length())))
        .isEqualTo(
            SeriesId.ofMetric(whole.getTenantId(), whole.getServiceName(), whole.getMetricName()));
  }

  @Property(tries = 500)
  void shouldRefuseDamagedBytesWithoutFailingOtherwise(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = encoder.encode(randomSample(random));
    MetricSampleReader reader = reader(bytes);
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      bytes[WireFormat.HEADER_BYTES + random.nextInt(bytes.length - WireFormat.HEADER_BYTES)] =
          (byte) random.nextInt(256);
    }

    try {
      reader.read(bytes, view);
      boolean fine =
          new MetricSampleCheck(Duration.ofDays(1), Duration.ofDays(1))
              .check(view, 1_800_000_000_000L, 0)
              .isEmpty();
      if (fine) {
        view.writeInstance(new KeyBuffer());
      }
    } catch (MalformedRecordException e) {
      assertThat(DeadLetterReason.of(e)).isNotNull();
    }
  }

  @Test
  void shouldRefuseEveryRecordThatIsCutShort() {
    byte[] bytes = encoder.encode(randomSample(new Random(1)));
    MetricSampleReader reader = reader(bytes);
    for (int length = WireFormat.HEADER_BYTES; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> reader.read(cut, view)).isInstanceOf(MalformedRecordException.class);
    }
  }

  @Test
  void shouldReadTheReleasedVersionOfTheContract() throws IOException {
    Schema released =
        new Schema.Parser()
            .parse(Path.of("../schemas/src/test/resources/golden/MetricSample/v1.avsc").toFile());
    GenericRecord sample = new GenericData.Record(released);
    sample.put("tenantId", "acme");
    sample.put("serviceName", "shop");
    sample.put("metricName", "orders_total");
    sample.put("type", new GenericData.EnumSymbol(released.getField("type").schema(), "COUNTER"));
    sample.put("timestamp", 1_700_000_000_000_000L);
    sample.put("unit", "1");
    sample.put("value", 42.0);
    sample.put("startTimestamp", 1_600_000_000_000_000L);
    sample.put("instance", "pod-1");
    sample.put("tags", Map.of("region", "eu"));

    new MetricSampleReader(released).read(write(released, sample), view);

    assertThat(view.tenant()).isEqualTo("acme");
    assertThat(view.type()).isEqualTo(MetricType.COUNTER);
    assertThat(view.value()).isEqualTo(42);
    assertThat(view.startMicros()).isEqualTo(1_600_000_000_000_000L);
    assertThat(view.tagCount()).isEqualTo(1);
  }

  @Test
  void shouldFollowAForeignVersionOfTheContract() throws IOException {
    Schema foreign =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"MetricSample","namespace":"io.tracetide.schemas","fields":[
                 {"name":"histogram","type":{"type":"record","name":"H","fields":[
                   {"name":"sum","type":"float"},
                   {"name":"counts","type":["null",{"type":"array","items":"int"}]},
                   {"name":"exemplar","type":"string"},
                   {"name":"bounds","type":{"type":"array","items":"float"}}]}},
                 {"name":"startTimestamp",
                  "type":["null",{"type":"long","logicalType":"timestamp-millis"}]},
                 {"name":"timestamp","type":{"type":"long","logicalType":"timestamp-millis"}},
                 {"name":"metricName","type":["null","string"]},
                 {"name":"type","type":{"type":"enum","name":"T","symbols":["SUMMARY","HISTOGRAM"]}},
                 {"name":"serviceName","type":"string"}]}
                """);
    GenericRecord histogram = new GenericData.Record(foreign.getField("histogram").schema());
    histogram.put("sum", 7.5f);
    histogram.put("counts", List.of(1, 2, 3));
    histogram.put("exemplar", "x");
    histogram.put("bounds", List.of(1f, 2f));
    GenericRecord sample = new GenericData.Record(foreign);
    sample.put("histogram", histogram);
    sample.put("startTimestamp", 1_600_000_000_000L);
    sample.put("timestamp", 1_700_000_000_000L);
    sample.put("metricName", "size");
    sample.put("type", new GenericData.EnumSymbol(foreign.getField("type").schema(), "HISTOGRAM"));
    sample.put("serviceName", "svc");

    new MetricSampleReader(foreign).read(write(foreign, sample), view);

    assertThat(view.tenant()).isEqualTo("default");
    assertThat(view.metric()).isEqualTo("size");
    assertThat(view.type()).isEqualTo(MetricType.HISTOGRAM);
    assertThat(view.timestampMs()).isEqualTo(1_700_000_000_000L);
    assertThat(view.startMicros()).isEqualTo(1_600_000_000_000_000L);
    assertThat(view.histogramSum()).isEqualTo(7.5);
    assertThat(Arrays.copyOf(view.bounds(), view.boundCount())).containsExactly(1, 2);
    assertThat(Arrays.copyOf(view.buckets(), view.bucketCount())).containsExactly(1, 2, 3);
    assertThat(view.tagCount()).isZero();
  }

  @Test
  void shouldTakeWhatIsMissingForItsDefault() throws IOException {
    Schema least =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"MetricSample","fields":[
                 {"name":"serviceName","type":"string"},{"name":"metricName","type":"string"},
                 {"name":"timestamp","type":"long"}]}
                """);
    GenericRecord sample = new GenericData.Record(least);
    sample.put("serviceName", "svc");
    sample.put("metricName", "m");
    sample.put("timestamp", 1_700_000_000_000_000L);

    new MetricSampleReader(least).read(write(least, sample), view);

    assertThat(view.type()).isEqualTo(MetricType.GAUGE);
    assertThat(view.value()).isZero();
    assertThat(view.hasStart()).isFalse();
  }

  @Test
  void shouldRefuseASchemaThatIsNoVersionOfTheContract() {
    Schema other =
        new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"Order\",\"fields\":[]}");

    assertThatThrownBy(() -> new MetricSampleReader(other))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("Order");
  }

  @Test
  void shouldNameAnInstanceTheSameInWhateverOrderItsTagsCome() throws IOException {
    Schema schema = MetricSample.getClassSchema();
    List<String> names = new ArrayList<>(List.of("zone", "a", "ab", "host", "b", "path"));
    byte[] first = instance(schema, names);
    Random random = new Random(3);
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(names, random);
      assertThat(instance(schema, names)).isEqualTo(first);
    }
    names.set(0, "other");
    assertThat(instance(schema, names)).isNotEqualTo(first);
  }

  private byte[] instance(Schema schema, List<String> tagNames) throws IOException {
    Map<String, String> tags = new LinkedHashMap<>();
    tagNames.forEach(name -> tags.put(name, "v"));
    byte[] bytes =
        encoder.encode(
            MetricSample.newBuilder()
                .setServiceName("s")
                .setMetricName("m")
                .setType(MetricType.COUNTER)
                .setTimestamp(Instant.EPOCH)
                .setTags(tags)
                .build());
    new MetricSampleReader(schema).read(bytes, view);
    KeyBuffer key = new KeyBuffer();
    view.writeInstance(key);
    return Arrays.copyOf(key.array(), key.length());
  }

  private MetricSampleReader reader(byte[] bytes) {
    return new MetricSampleReader(registry.schemaById(WireFormat.schemaId(bytes)));
  }

  private static byte[] write(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[WireFormat.HEADER_BYTES]);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static MetricSample randomSample(Random random) {
    Instant now = Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt(1_000_000));
    MetricSample.Builder sample =
        MetricSample.newBuilder()
            .setTenantId(random.nextBoolean() ? "default" : "tenant-" + random.nextInt(9))
            .setServiceName("sérvice-" + random.nextInt(9))
            .setMetricName("metric-" + random.nextInt(9))
            .setType(MetricType.values()[random.nextInt(3)])
            .setTimestamp(now.plus(random.nextInt(999), ChronoUnit.MICROS))
            .setUnit(List.of("", "ms", "{réquest}").get(random.nextInt(3)))
            .setTemporality(Temporality.values()[random.nextInt(3)])
            .setValue(random.nextGaussian());
    if (random.nextBoolean()) {
      sample.setStartTimestamp(now.minusSeconds(random.nextInt(10_000)));
    }
    if (random.nextBoolean()) {
      int bounds = random.nextInt(20);
      List<Double> upper = new ArrayList<>();
      List<Long> counts = new ArrayList<>();
      for (int i = 0; i < bounds; i++) {
        upper.add(random.nextDouble());
        counts.add((long) random.nextInt());
      }
      counts.add(random.nextLong());
      sample.setHistogram(
          HistogramData.newBuilder()
              .setBounds(upper)
              .setCounts(counts)
              .setSum(random.nextGaussian())
              .setSumKnown(random.nextBoolean())
              .setMin(random.nextBoolean() ? random.nextGaussian() : null)
              .setMax(random.nextBoolean() ? random.nextGaussian() : null)
              .build());
    }
    if (random.nextBoolean()) {
      sample.setInstance("i".repeat(random.nextInt(300)));
      sample.setTags(Map.of("a", "b", "ключ", "x".repeat(random.nextInt(200))));
    }
    return sample.build();
  }
}
