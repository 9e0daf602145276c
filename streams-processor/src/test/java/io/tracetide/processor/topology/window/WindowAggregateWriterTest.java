package io.tracetide.processor.topology.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WindowAggregateWriterTest {

  private static final long START = 1_700_000_000_000L;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final WindowAggregateWriter writer = new WindowAggregateWriter(registry);
  private final AvroEncoder<SeriesKey> keys =
      new AvroEncoder<>(registry, "window-aggregates-key", SeriesKey.class);
  private final AvroEncoder<WindowAggregate> values =
      new AvroEncoder<>(registry, "window-aggregates-value", WindowAggregate.class);

  @Property(tries = 100)
  void shouldWriteTheBytesThatAvroWrites(
      @ForAll long seed,
      @ForAll @IntRange(max = 60) int n,
      @ForAll @IntRange(max = 3) int revision) {
    AtomicInteger written = new AtomicInteger();
    Random random = new Random(seed);
    boolean positive = random.nextBoolean();
    String operation = "GET /" + random.nextInt();
    Map<String, String> attributes =
        new TreeMap<>(
            List.of(Map.<String, String>of(), Map.of("a", "1"), Map.of("pool", "Edén", "b", ""))
                .get(random.nextInt(3)));
    byte[] series =
        SeriesCodec.encode(new SeriesId("ünïcode", "shop", operation, "latency", attributes));
    WindowStats stats = new WindowStats();
    if (random.nextBoolean()) {
      byte[] unit = "ms".getBytes(UTF_8);
      stats.unit(unit, 0, unit.length);
      stats.observeUnplaced(3);
    }
    for (int i = 0; i < n; i++) {
      double value = random.nextGaussian() * 10_000 + (positive ? 1e6 : 0);
      boolean failed = random.nextInt(5) == 0;
      stats.record(value, positive || random.nextBoolean() ? 1 : 2.5, failed);
      byte[] trace = ("trace-" + i).getBytes(UTF_8);
      stats.offerExemplar(value, failed, trace, 0, trace.length);
    }
    WindowEvent.Revised window =
        new WindowEvent.Revised(series, START, START + 10_000, stats, revision);

    SeriesKey key = new SeriesKey("ünïcode", "shop", operation, "latency", attributes);
    WindowAggregate expected =
        WindowAggregate.newBuilder()
            .setTenantId("ünïcode")
            .setSeries(key)
            .setWindowStart(Instant.ofEpochMilli(START))
            .setWindowEnd(Instant.ofEpochMilli(START + 10_000))
            .setRevision(revision)
            .setCount(stats.count())
            .setWeightedCount(stats.weightedCount())
            .setErrors(stats.errors())
            .setWeightedErrors(stats.weightedErrors())
            .setObservations(stats.observations())
            .setSum(stats.sum())
            .setMin(n == 0 ? null : stats.min())
            .setMax(n == 0 ? null : stats.max())
            .setSketch(ByteBuffer.wrap(stats.sketch().toBytes()))
            .setRelativeError(QuantileSketch.RELATIVE_ERROR)
            .setExemplars(new Exemplars(stats.slowest(), stats.error(), stats.typical()))
            .setUnit(stats.unit())
            .setUnplaced(stats.unplaced())
            .build();
    writer.write(
        series,
        window,
        stats,
        revision,
        (keyBytes, valueBytes) -> {
          assertThat(keyBytes).isEqualTo(keys.encode(key));
          assertThat(valueBytes).isEqualTo(values.encode(expected));
          written.incrementAndGet();
        });
    assertThat(written).hasValue(1);
  }
}
