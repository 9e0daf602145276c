package io.tracetide.processor.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.event.DeadLetterReason;
import io.tracetide.processor.metric.CountedIntervals;
import io.tracetide.processor.metric.Increase;
import io.tracetide.processor.metric.MetricsConfig;
import io.tracetide.processor.metric.RunningTotal;
import io.tracetide.processor.topology.window.MetricStores;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.HistogramData;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.Temporality;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricTopologyTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration BASE = Duration.ofSeconds(10);

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AvroEncoder<MetricSample> encoder =
      new AvroEncoder<>(registry, Topics.METRICS + "-value", MetricSample.class);
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> metrics;
  private TestInputTopic<byte[], byte[]> traces;
  private TestOutputTopic<byte[], byte[]> deadLetters;
  private TestOutputTopic<byte[], byte[]> anomalies;
  private TestOutputTopic<SeriesKey, WindowAggregate> windows;

  @BeforeEach
  void start() {
    start(MetricsConfig.defaults());
  }

  private void start(MetricsConfig following) {
    TopologyFixture fixture = new TopologyFixture(registry).meters(meters).samples(following);
    driver = fixture.start(stateDir, START);
    metrics = fixture.input(Topics.METRICS);
    traces = fixture.input(Topics.TRACES);
    deadLetters = fixture.output(Topics.TRACES_DEAD_LETTER);
    anomalies = fixture.output(Topics.ANOMALIES);
    windows = fixture.windows();
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldCountGaugesInTheWindowTheyWereMeasuredInWhateverTheirKey() {
    send("default|shop", gauge(START.plusSeconds(1), 10));
    send("whatever", gauge(START.plusSeconds(2), 30));
    send(null, gauge(START.plusSeconds(12), 50));

    List<WindowAggregate> closed = closed("heap_mb");

    assertThat(closed)
        .extracting(WindowAggregate::getWindowStart)
        .containsExactly(START, START.plusSeconds(10));
    WindowAggregate first = closed.get(0);
    assertThat(first.getSeries().getServiceName()).isEqualTo("shop");
    assertThat(first.getSeries().getOperationName()).isEqualTo("*");
    assertThat(first.getCount()).isEqualTo(2);
    assertThat(first.getMin()).isEqualTo(10);
    assertThat(first.getMax()).isEqualTo(30);
    assertThat(first.getSum()).isEqualTo(40);
  }

  @Test
  void shouldCountWhatACounterRoseByAndBeginAnewWhenItIsReset() {
    Instant run = START.minusSeconds(600);
    counter(START.plusSeconds(1), 100, run, "a");
    counter(START.plusSeconds(5), 130, run, "a");
    counter(START.plusSeconds(5), 130, run, "a");
    counter(START.plusSeconds(3), 110, run, "a");
    counter(START.plusSeconds(14), 150, run, "a");
    counter(START.plusSeconds(18), 7, START.plusSeconds(16), "a");

    List<WindowAggregate> closed = closed("orders_total");

    assertThat(closed).extracting(WindowAggregate::getSum).containsExactly(130.0, 27.0);
    assertThat(closed).extracting(WindowAggregate::getCount).containsExactly(2L, 2L);
    assertThat(uncounted(Increase.Uncounted.REPEATED)).isEqualTo(2);
  }

  @Test
  void shouldAddUpTheInstancesOfACounter() {
    Instant run = START.minusSeconds(600);
    counter(START.plusSeconds(1), 100, run, "a");
    counter(START.plusSeconds(1), 1_000, run, "b");
    counter(START.plusSeconds(6), 101, run, "a");
    counter(START.plusSeconds(6), 1_010, run, "b");

    assertThat(closed("orders_total"))
        .singleElement()
        .satisfies(window -> assertThat(window.getSum()).isEqualTo(1_111));
  }

  @Test
  void shouldOnlySetTheBaseWithACounterWhoseStartIsUnknown() {
    counter(START.plusSeconds(1), 5_000_000, null, "a");
    counter(START.plusSeconds(6), 5_000_003, null, "a");

    assertThat(closed("orders_total"))
        .singleElement()
        .satisfies(window -> assertThat(window.getSum()).isEqualTo(3));
    assertThat(uncounted(Increase.Uncounted.FIRST)).isEqualTo(1);
  }

  @Test
  void shouldCountDistributionsByTheirBuckets() {
    send("k", histogram(START.plusSeconds(1), null, 21, 1, 2, 0));
    send("k", histogram(START.plusSeconds(2), null, 150, 0, 0, 1));

    assertThat(closed("size"))
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.getCount()).isEqualTo(4);
              assertThat(window.getSum()).isEqualTo(171);
              assertThat(window.getMin()).isEqualTo(5);
              assertThat(window.getMax()).isEqualTo(20);
            });
  }

  @Test
  void shouldCountWhatIsNewInARunningDistribution() {
    Instant run = START.minusSeconds(60);
    send("k", histogram(START.plusSeconds(1), run, 21, 1, 2, 0));
    send("k", histogram(START.plusSeconds(11), run, 61, 1, 4, 1));
    send("k", histogram(START.plusSeconds(21), run, 61, 1, 4, 1));

    List<WindowAggregate> closed = closed("size");

    assertThat(closed).extracting(WindowAggregate::getCount).containsExactly(3L, 3L);
    assertThat(closed).extracting(WindowAggregate::getSum).containsExactly(21.0, 40.0);
    assertThat(closed.get(1).getMin()).isCloseTo(8, within(1e-9));
  }

  @Test
  void shouldCountEveryDeltaWholeAndOnceWhoseStartMovesOn() {
    counter(START.plusSeconds(1), 5, START.minusSeconds(9), "a");
    counter(START.plusSeconds(3), 9, START.plusSeconds(1), "a");
    counter(START.plusSeconds(3), 9, START.plusSeconds(1), "a");
    counter(START.plusSeconds(5), 2, START.plusSeconds(3), "a");
    counter(START.plusSeconds(6), 2, START.plusSeconds(6), "a");
    send("k", histogram(START.plusSeconds(1), START.minusSeconds(9), 21, 1, 2, 0));
    send("k", histogram(START.plusSeconds(3), START.plusSeconds(1), 30, 0, 2, 1));
    send("k", histogram(START.plusSeconds(3), START.plusSeconds(1), 30, 0, 2, 1));

    List<WindowAggregate> all = allClosed();

    assertThat(of(all, "orders_total")).extracting(WindowAggregate::getSum).containsExactly(18.0);
    assertThat(of(all, "size")).extracting(WindowAggregate::getCount).containsExactly(6L);
    assertThat(of(all, "size")).extracting(WindowAggregate::getSum).containsExactly(51.0);
    assertThat(uncounted(Increase.Uncounted.REPEATED)).isEqualTo(2);
  }

  @Test
  void shouldNotCountTheFirstSampleOfADistributionWithAnUnknownStart() {
    Instant longAgo = Instant.EPOCH.plusNanos(1_000);
    send("k", histogram(START.plusSeconds(1), longAgo, 2_100, 100, 200, 0));
    send("k", histogram(START.plusSeconds(2), longAgo, 2_110, 100, 201, 0));

    assertThat(closed("size"))
        .singleElement()
        .satisfies(window -> assertThat(window.getCount()).isEqualTo(1));
    assertThat(uncounted(Increase.Uncounted.FIRST)).isEqualTo(1);
  }

  @Test
  void shouldCountNothingOfACumulativePointWhoseStartIsItsOwnTime() {
    cumulative(0, 0, 1_000_000);
    cumulative(15, 0, 1_000_010);
    cumulative(30, 30, 1_000_020);
    cumulative(45, 30, 1_000_030);
    send("k", running(0, 0, 1_000));
    send("k", running(15, 0, 1_010));

    List<WindowAggregate> all = allClosed();

    assertThat(sum(of(all, "orders_total"))).isEqualTo(20);
    assertThat(of(all, "size").stream().mapToLong(WindowAggregate::getCount).sum()).isEqualTo(10);
    assertThat(uncounted(Increase.Uncounted.FIRST)).isEqualTo(3);
  }

  @Test
  void shouldCountDeltasInWhateverOrderTheyComeAndEachOnce() {
    delta("newest_first", 10, 20, 9);
    delta("newest_first", 10, 20, 9);
    delta("newest_first", 5, 10, 7);
    delta("newest_first", 0, 5, 5);
    delta("newest_first", 10, 20, 9);
    for (int i = 0; i < 4; i++) {
      delta("one_start", 0, 5 * (i + 1), new int[] {5, 7, 9, 3}[i]);
    }
    send("k", deltas(8, 9, 30, 0, 2, 1));
    send("k", deltas(7, 8, 21, 1, 2, 0));
    send("k", deltas(8, 9, 30, 0, 2, 1));

    List<WindowAggregate> all = allClosed();

    assertThat(sum(of(all, "newest_first"))).isEqualTo(21);
    assertThat(sum(of(all, "one_start"))).isEqualTo(24);
    assertThat(of(all, "size")).extracting(WindowAggregate::getCount).containsExactly(6L);
    assertThat(of(all, "size")).extracting(WindowAggregate::getSum).containsExactly(51.0);
    assertThat(uncounted(Increase.Uncounted.REPEATED)).isEqualTo(3);
  }

  @Test
  void shouldStoreTheIntervalsThatWereCounted() {
    delta("orders_total", 0, 5, 5);
    delta("orders_total", 5, 10, 5);

    KeyValueStore<Bytes, byte[]> states = driver.getKeyValueStore(MetricStores.COUNTER_STATES);
    List<CountedIntervals.Interval> intervals = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = states.all()) {
      all.forEachRemaining(state -> intervals.add(MetricStores.interval(state.key)));
    }
    long start = START.toEpochMilli() * 1000;
    assertThat(intervals)
        .extracting(CountedIntervals.Interval::startMicros)
        .containsExactlyInAnyOrder(start, start + 5_000_000);
  }

  @Test
  void shouldHaveNoQuantilesOfADistributionWithoutBounds() {
    send("k", unbounded(1, 10, 25.0).setUnit("ms"));
    send("k", unbounded(2, 5, 100.0).setUnit("ms"));
    send("k", unbounded(3, 5, null).setUnit("ms"));

    assertThat(closed("size"))
        .singleElement()
        .satisfies(
            window -> {
              assertThat(window.getCount()).isEqualTo(20);
              assertThat(window.getSum()).isEqualTo(125);
              assertThat(window.getObservations()).isEqualTo(15);
              assertThat(window.getUnplaced()).isEqualTo(15);
              assertThat(window.getMin()).isEqualTo(0.5);
              assertThat(window.getMax()).isEqualTo(40);
              assertThat(window.getUnit()).isEqualTo("ms");
            });
  }

  @Test
  void shouldDistinguishPartsOfAMetricWithinTheLimitAndKeepTheWholeExact() {
    for (int i = 0; i < 300; i++) {
      send(
          "k",
          sample("used", MetricType.GAUGE, START.plusSeconds(1))
              .setUnit("By")
              .setValue(i)
              .setTags(Map.of("jvm.memory.pool.name", "pool " + i, "thread", "t" + i)));
    }

    List<WindowAggregate> used = closed("used");

    WindowAggregate whole = used.stream().filter(w -> attributes(w).isEmpty()).findFirst().get();
    assertThat(whole.getCount()).isEqualTo(300);
    List<WindowAggregate> parts = used.stream().filter(w -> !attributes(w).isEmpty()).toList();
    assertThat(parts).hasSize(100);
    assertThat(attributes(parts.get(0))).containsOnlyKeys(SeriesId.OTHER);
    assertThat(attributes(parts.get(1))).containsOnlyKeys("jvm.memory.pool.name");
    assertThat(sum(parts)).isEqualTo(whole.getSum()).isEqualTo(299 * 150);
    assertThat(parts).allSatisfy(part -> assertThat(part.getUnit()).isEqualTo("By"));
    assertThat(meters.counter("tracetide.processor.names.folded", "reason", "part_limit").count())
        .isEqualTo(201);
  }

  private static Map<String, String> attributes(WindowAggregate window) {
    return window.getSeries().getAttributes();
  }

  private static double sum(List<WindowAggregate> windows) {
    return windows.stream().mapToDouble(WindowAggregate::getSum).sum();
  }

  private void cumulative(int second, int start, double total) {
    send(
        "k",
        sample("orders_total", MetricType.COUNTER, START.plusSeconds(second))
            .setStartTimestamp(START.plusSeconds(start))
            .setTemporality(Temporality.CUMULATIVE)
            .setValue(total));
  }

  private static MetricSample.Builder running(int second, int start, long count) {
    return histogram(START.plusSeconds(second), START.plusSeconds(start), count, count, 0, 0)
        .setTemporality(Temporality.CUMULATIVE);
  }

  private void delta(String metric, int start, int end, double value) {
    send(
        "k",
        sample(metric, MetricType.COUNTER, START.plusSeconds(end))
            .setStartTimestamp(START.plusSeconds(start))
            .setTemporality(Temporality.DELTA)
            .setValue(value));
  }

  private static MetricSample.Builder deltas(int start, int end, double sum, long... counts) {
    return histogram(START.plusSeconds(end), START.plusSeconds(start), sum, counts)
        .setTemporality(Temporality.DELTA);
  }

  private static MetricSample.Builder unbounded(int second, long count, Double sum) {
    return sample("size", MetricType.HISTOGRAM, START.plusSeconds(second))
        .setTemporality(Temporality.DELTA)
        .setHistogram(
            new HistogramData(
                List.of(), List.of(count), sum == null ? 0.0 : sum, sum != null, 0.5, 40.0));
  }

  @Test
  void shouldStoreTheLastSampleOfEachInstanceWithTheCommit() {
    counter(START.plusSeconds(1), 100, START.minusSeconds(600), "a");
    counter(START.plusSeconds(2), 104, START.minusSeconds(600), "a");
    counter(START.plusSeconds(2), 7, null, "b");

    KeyValueStore<Bytes, byte[]> states = driver.getKeyValueStore(MetricStores.COUNTER_STATES);
    List<Double> totals = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = states.all()) {
      all.forEachRemaining(state -> totals.add(RunningTotal.decode(state.value).sum()));
    }
    assertThat(totals).containsExactlyInAnyOrder(104.0, 7.0);
  }

  @Test
  void shouldFollowNoMoreInstancesThanItMayAndStillCountGauges() {
    driver.close();
    start(new MetricsConfig(Duration.ofHours(1), 1, List.of()));
    Instant run = START.minusSeconds(600);

    counter(START.plusSeconds(1), 100, run, "a");
    counter(START.plusSeconds(1), 1_000, run, "b");
    send("k", gauge(START.plusSeconds(1), 10));

    assertThat(uncounted(Increase.Uncounted.UNFOLLOWED)).isEqualTo(1);
    List<WindowAggregate> all = allClosed();
    assertThat(of(all, "orders_total")).extracting(WindowAggregate::getSum).containsExactly(100.0);
    assertThat(of(all, "heap_mb")).hasSize(1);
  }

  @Test
  void shouldSetAsideWhatCannotBeCountedAndGoOn() {
    metrics.pipeInput("key".getBytes(UTF_8), "not avro".getBytes(UTF_8), START);
    byte[] unnamed = encoder.encode(gauge(START, 1).setMetricName("").build());
    metrics.pipeInput("key".getBytes(UTF_8), unnamed, START);
    send("key", gauge(START.plus(Duration.ofDays(30)), 1));
    send("key", gauge(START, Double.NaN));
    send("key", gauge(START, 1));

    List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
    assertThat(letters)
        .extracting(letter -> header(letter, "reason"))
        .containsExactly("bad_magic", "bad_name", "future_timestamp", "bad_value");
    assertThat(letters).allSatisfy(l -> assertThat(header(l, "topic")).isEqualTo("metrics"));
    assertThat(letters.get(1).value()).isEqualTo(unnamed);
    assertThat(letters.get(1).key()).isEqualTo("key".getBytes(UTF_8));
    assertThat(closed("heap_mb")).hasSize(1);
  }

  @Test
  void shouldSetAsideWhatWasWrittenWithASchemaThatLacksTheService() {
    byte[] nameless =
        ByteBuffer.allocate(5)
            .put((byte) 0)
            .putInt(
                registry.register(
                    "elsewhere", without(MetricSample.getClassSchema(), "serviceName")))
            .array();
    metrics.pipeInput("key".getBytes(UTF_8), nameless, START);
    send("key", gauge(START, 1));

    assertThat(deadLetters.readRecordsToList())
        .singleElement()
        .satisfies(letter -> assertThat(header(letter, "reason")).isEqualTo("incompatible_schema"));
    assertThat(closed("heap_mb")).hasSize(1);
  }

  private static Schema without(Schema schema, String field) {
    return Schema.createRecord(
        schema.getName(),
        null,
        schema.getNamespace(),
        false,
        schema.getFields().stream()
            .filter(each -> !each.name().equals(field))
            .map(each -> new Schema.Field(each, each.schema()))
            .toList());
  }

  @Test
  void shouldAccountForEverySample() {
    Instant run = START.minusSeconds(600);
    send("k", gauge(START, 1));
    send("k", gauge(START, Double.NaN));
    counter(START, 1, run, "a");
    counter(START, 1, run, "a");
    counter(START, 1, null, "b");
    send("k", histogram(START, null, 0, 0, 0, 0));

    double deadLettered = 0;
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      deadLettered +=
          meters
              .counter("tracetide.processor.samples.dead.lettered", "reason", reason.label())
              .count();
    }
    double uncounted = 0;
    for (Increase.Uncounted reason : Increase.Uncounted.values()) {
      uncounted += uncounted(reason);
    }
    assertThat(deadLettered).isEqualTo(1);
    assertThat(uncounted).isEqualTo(2);
    assertThat(meters.counter("tracetide.processor.samples.received").count())
        .isEqualTo(
            deadLettered
                + uncounted
                + meters.counter("tracetide.processor.samples.aggregated").count());
    assertThat(meters.counter("tracetide.processor.events.received").count()).isZero();
  }

  @Test
  void shouldCountMemoryAsAGaugeAndTrafficWhenSpansEnd() {
    work(TraceEventType.STARTED, 1, 100, 0);
    work(TraceEventType.UPDATED, 2, 300, 40);
    work(TraceEventType.COMPLETED, 3, 200, 90);

    List<WindowAggregate> all = allClosed();

    assertThat(of(all, "memory_usage_mb").get(0).getCount()).isEqualTo(3);
    assertThat(of(all, "memory_usage_mb").get(0).getSum()).isEqualTo(600);
    assertThat(of(all, "network_io_kb").get(0).getCount()).isEqualTo(1);
    assertThat(of(all, "network_io_kb").get(0).getSum()).isEqualTo(90);
    assertThat(of(all, "disk_io_kb")).isEmpty();
  }

  @Test
  void shouldNotDetectAJumpOfAMetricAsADeviationOfSpans() {
    for (int i = 0; i < 60; i++) {
      Instant at = START.plusSeconds(i * 10L);
      send("k", gauge(at, i % 20 == 19 ? 1e9 : 100));
      driver.advanceWallClockTime(BASE);
    }

    assertThat(of(allClosed(), "heap_mb")).hasSize(60);
    assertThat(anomalies.isEmpty()).isTrue();
  }

  private void work(TraceEventType type, int second, double memory, double network) {
    AvroEncoder<TraceEvent> events =
        new AvroEncoder<>(registry, Topics.TRACES + "-value", TraceEvent.class);
    Instant at = START.plusSeconds(second);
    traces.pipeInput(
        null,
        events.encode(
            TraceEvent.newBuilder()
                .setType(type)
                .setTraceId("t")
                .setServiceName("shop")
                .setOperationName("pay")
                .setTimestamp(at)
                .setDurationMicros(type == TraceEventType.COMPLETED ? 5L : null)
                .setResourceUsage(
                    ResourceUsage.newBuilder()
                        .setMemoryUsageMb(memory)
                        .setNetworkIoKb(network)
                        .build())
                .build()),
        at);
  }

  private static MetricSample.Builder gauge(Instant at, double value) {
    return sample("heap_mb", MetricType.GAUGE, at).setValue(value);
  }

  private void counter(Instant at, double total, Instant run, String instance) {
    send(
        "default|shop",
        sample("orders_total", MetricType.COUNTER, at)
            .setValue(total)
            .setStartTimestamp(run)
            .setInstance(instance));
  }

  private static MetricSample.Builder histogram(
      Instant at, Instant run, double sum, long... counts) {
    return sample("size", MetricType.HISTOGRAM, at)
        .setStartTimestamp(run)
        .setHistogram(
            HistogramData.newBuilder()
                .setBounds(List.of(5.0, 20.0))
                .setCounts(Arrays.stream(counts).boxed().toList())
                .setSum(sum)
                .build());
  }

  private static MetricSample.Builder sample(String metric, MetricType type, Instant at) {
    return MetricSample.newBuilder()
        .setServiceName("shop")
        .setMetricName(metric)
        .setType(type)
        .setTimestamp(at);
  }

  private void send(String key, MetricSample.Builder sample) {
    metrics.pipeInput(
        key == null ? null : key.getBytes(UTF_8), encoder.encode(sample.build()), START);
  }

  private List<WindowAggregate> closed(String metric) {
    return of(allClosed(), metric);
  }

  /** Base windows, when all have closed. */
  private List<WindowAggregate> allClosed() {
    driver.advanceWallClockTime(Duration.ofMinutes(2));
    return windows.readValuesToList().stream()
        .filter(w -> Duration.between(w.getWindowStart(), w.getWindowEnd()).equals(BASE))
        .toList();
  }

  private static List<WindowAggregate> of(List<WindowAggregate> all, String metric) {
    return all.stream().filter(w -> w.getSeries().getMetricName().equals(metric)).toList();
  }

  private double uncounted(Increase.Uncounted reason) {
    return meters
        .counter(
            "tracetide.processor.samples.uncounted",
            "reason",
            reason.name().toLowerCase(Locale.ROOT))
        .count();
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
