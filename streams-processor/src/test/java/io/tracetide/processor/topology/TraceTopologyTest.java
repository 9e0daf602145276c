package io.tracetide.processor.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.event.DeadLetterReason;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.schemas.ResourceUsage;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.mapping.DurationLimit;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.size.Oversized;
import io.tracetide.schemas.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTopologyTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final SeriesId CHECKOUT = SeriesId.ofOperation("default", "shop", "POST /pay");

  /**
   * Limits so high that they have no effect; they are tested in {@link CardinalityTopologyTest}.
   */
  private static final CardinalityConfig NO_LIMITS =
      new CardinalityConfig(false, 1_000, 100_000, 100, 100, Duration.ofHours(24));

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, Topics.TRACES + "-value", TraceEvent.class);
  private TopologyFixture fixture;
  private SimpleMeterRegistry meters;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> traces;
  private TestOutputTopic<byte[], byte[]> deadLetters;
  private TestOutputTopic<SeriesKey, WindowAggregate> windows;

  @BeforeEach
  void startFresh() {
    start(START);
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private void start(Instant now) {
    meters = new SimpleMeterRegistry();
    fixture = new TopologyFixture(registry).meters(meters).cardinality(NO_LIMITS);
    driver = fixture.start(stateDir, now);
    traces = fixture.input(Topics.TRACES);
    deadLetters = fixture.output(Topics.TRACES_DEAD_LETTER);
    windows = fixture.windows();
  }

  @Test
  void shouldKeepItsPicture() throws IOException {
    String picture = fixture.topology(Clock.systemUTC()).get().describe().toString();

    assertThat(picture)
        .as("a change of the topology can orphan state: change topology.golden only on purpose")
        .isEqualToIgnoringWhitespace(
            new String(getClass().getResourceAsStream("/topology.golden").readAllBytes(), UTF_8));
  }

  @Test
  void shouldShowRunningTotalsOfClosedAndLateWindows() {
    for (int i = 1; i <= 10; i++) {
      send(START.plusMillis(i * 10L), 1_000, i <= 2);
    }
    driver.advanceWallClockTime(Duration.ofMinutes(1));
    send(START.plusMillis(5), 1_000, false);
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(calls()).containsExactly(9.0, 2.0);
  }

  /** Calls of the only series: without a failure, and failed. */
  private List<Double> calls() {
    List<Double> calls = new ArrayList<>();
    fixture
        .totals()
        .partitions()
        .forEach(
            partition ->
                partition.each(
                    (series, total) -> {
                      calls.add(total.unset());
                      calls.add(total.errors());
                    }));
    return calls;
  }

  @Test
  void shouldCountFinishedSpansIntoTheirWindow() {
    for (int i = 1; i <= 100; i++) {
      send(START.plusMillis(i * 10L), i * 1000L, false);
    }
    send(START.plusSeconds(3), 50_000, true);

    WindowStatsCodec.Stored stored = stored(WindowTier.BASE, CHECKOUT, START);

    assertThat(stored.stats().count()).isEqualTo(101);
    assertThat(stored.stats().errors()).isEqualTo(1);
    assertThat(stored.stats().quantile(0.5)).isCloseTo(50_000, withinPercent(50_000));
    assertThat(stored(WindowTier.MINUTE, CHECKOUT, START).stats().count()).isEqualTo(101);
    assertThat(stored(WindowTier.HOUR, CHECKOUT, START).stats().count()).isEqualTo(101);
    assertThat(meters.counter("tracetide.processor.events.aggregated").count()).isEqualTo(101);
  }

  @Test
  void shouldPublishAWindowOnlyAfterGraceHasPassed() {
    driver.advanceWallClockTime(Duration.ofSeconds(5));
    send(START.plusSeconds(5), 1000, false);
    driver.advanceWallClockTime(Duration.ofSeconds(14));
    assertThat(windows.isEmpty()).isTrue();

    driver.advanceWallClockTime(Duration.ofSeconds(2));

    assertThat(windows.readValuesToList())
        .extracting(window -> window.getSeries().getOperationName())
        .containsExactly("POST /pay", "*");
  }

  @Test
  void shouldCloseWindowsOnSilence() {
    send(START.plusSeconds(1), 1000, false);

    driver.advanceWallClockTime(Duration.ofMinutes(2));

    List<WindowAggregate> published = windows.readValuesToList();
    assertThat(published).hasSize(4); // Operation and service, of 10 seconds and of 1 minute.
    assertThat(published).allSatisfy(window -> assertThat(window.getCount()).isEqualTo(1));
  }

  @Test
  void shouldReviseAClosedWindowWhenSpansArriveLate() {
    send(START.plusSeconds(1), 1000, false);
    driver.advanceWallClockTime(Duration.ofSeconds(40));
    windows.readValuesToList();

    send(START.plusSeconds(2), 3000, false);

    List<WindowAggregate> revised = windows.readValuesToList();
    assertThat(revised).hasSize(2);
    assertThat(revised)
        .allSatisfy(
            window -> {
              assertThat(window.getRevision()).isEqualTo(1);
              assertThat(window.getCount()).isEqualTo(2);
              assertThat(window.getMax()).isEqualTo(3000);
            });
    assertThat(stored(WindowTier.BASE, CHECKOUT, START).revision()).isEqualTo(1);
  }

  @Test
  void shouldReviseEveryTierThatHasClosed() {
    send(START.plusSeconds(1), 1000, false);
    driver.advanceWallClockTime(Duration.ofMinutes(2));
    windows.readValuesToList();

    send(START.plusSeconds(2), 3000, true);

    assertThat(windows.readValuesToList())
        .hasSize(4) // Operation and service, of 10 seconds and of 1 minute.
        .allSatisfy(
            window -> {
              assertThat(window.getRevision()).isEqualTo(1);
              assertThat(window.getCount()).isEqualTo(2);
              assertThat(window.getErrors()).isEqualTo(1);
            });
    for (WindowTier tier : WindowTier.ALL) {
      assertThat(stored(tier, CHECKOUT, START).stats().count()).isEqualTo(2);
    }
  }

  @Test
  void shouldCountLateSpansOnceInAnHourThatIsStillOpen() {
    send(START.plusSeconds(1), 1000, false);
    driver.advanceWallClockTime(Duration.ofMinutes(2));
    send(START.plusSeconds(2), 3000, false);
    send(START.plusSeconds(90), 5000, false);

    driver.advanceWallClockTime(Duration.ofMinutes(70));

    assertThat(windows.readValuesToList())
        .filteredOn(
            window ->
                Duration.between(window.getWindowStart(), window.getWindowEnd()).toHours() == 1)
        .hasSize(2)
        .allSatisfy(
            window -> {
              assertThat(window.getRevision()).isZero();
              assertThat(window.getCount()).isEqualTo(3);
            });
    assertThat(stored(WindowTier.HOUR, CHECKOUT, START).stats().count()).isEqualTo(3);
  }

  @Test
  void shouldReadOpenAndClosedWindowsOfAllTiers() {
    for (int minute = 0; minute < 65; minute++) {
      send(START.plusSeconds(minute * 60L), 1000 + minute, false);
      driver.advanceWallClockTime(Duration.ofMinutes(1));
    }

    assertThat(stored(WindowTier.HOUR, CHECKOUT, START).stats().count()).isEqualTo(60);
    assertThat(stored(WindowTier.HOUR, CHECKOUT, START.plusSeconds(3600)).stats().count())
        .isEqualTo(5);
    assertThat(stored(WindowTier.MINUTE, CHECKOUT, START.plusSeconds(64 * 60)).stats().max())
        .isEqualTo(1064);
  }

  @Test
  void shouldKeepAServiceWithVeryManyOperationsInParts() {
    for (int i = 0; i < 5_000; i++) {
      int n = i;
      traces.pipeInput(
          null,
          encode(
              START,
              1000 + i,
              false,
              event -> event.setOperationName("operation-with-a-long-name-" + n)),
          START);
    }
    driver.advanceWallClockTime(Duration.ofSeconds(40));
    send(START, 77, false); // Late, and new in that window.
    traces.pipeInput(
        null,
        encode(START, 9, false, event -> event.setOperationName("operation-with-a-long-name-7")),
        START);

    List<StoredWindow> found = fixture.state().windows(WindowTier.BASE, START);
    assertThat(found).hasSize(5_001);
    assertThat(found.stream().mapToLong(window -> window.counts().stats().count()).sum())
        .isEqualTo(5_002);
    assertThat(
            stored(
                    WindowTier.BASE,
                    SeriesId.ofOperation("default", "shop", "operation-with-a-long-name-7"),
                    START)
                .stats()
                .count())
        .isEqualTo(2);
  }

  @Test
  void shouldSetPoisonAsideAndGoOn() {
    traces.pipeInput("key".getBytes(UTF_8), "not avro".getBytes(UTF_8), START);
    byte[] cut = encode(START, 1000, false, event -> event);
    traces.pipeInput("key".getBytes(UTF_8), java.util.Arrays.copyOf(cut, cut.length - 3), START);
    traces.pipeInput("key".getBytes(UTF_8), new byte[] {0, 0, 0, 9, 9, 1}, START);
    traces.pipeInput("key".getBytes(UTF_8), null, START);
    send(START, 1000, false);

    List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
    assertThat(letters)
        .extracting(letter -> header(letter, "reason"))
        .containsExactly("bad_magic", "truncated", "unknown_schema", "empty");
    assertThat(letters.get(0).value()).isEqualTo("not avro".getBytes(UTF_8));
    assertThat(header(letters.get(0), "topic")).isEqualTo("traces");
    assertThat(header(letters.get(0), "partition")).isEqualTo("0");
    assertThat(header(letters.get(2), "offset")).isEqualTo("2");
    assertThat(stored(WindowTier.BASE, CHECKOUT, START).stats().count()).isEqualTo(1);
  }

  @Test
  void shouldSetAsideTheBeginningOfARecordThatIsTooLarge() {
    byte[] noise = new byte[3 << 20];
    byte[] valid =
        encode(START, 1000, false, event -> event.setTags(Map.of("t", "x".repeat(3 << 20))));
    byte[] largest =
        encode(START, 1000, false, event -> event.setTags(Map.of("t", "x".repeat(999_000))));
    traces.pipeInput("key".getBytes(UTF_8), noise, START);
    traces.pipeInput("key".getBytes(UTF_8), valid, START);
    traces.pipeInput(new byte[1 << 20], encode(START, 1000, false, event -> event), START);
    traces.pipeInput("key".getBytes(UTF_8), largest, START);

    List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
    assertThat(letters)
        .extracting(letter -> header(letter, "reason"))
        .containsExactly("too_large", "too_large", "too_large");
    assertThat(letters)
        .allSatisfy(
            letter -> {
              assertThat(letter.value().length).isLessThanOrEqualTo(1_024);
              assertThat(letter.key().length).isLessThanOrEqualTo(1_024);
            });
    assertThat(valid).startsWith(letters.get(1).value());
    assertThat(header(letters.get(1), "valueBytes")).isEqualTo(Integer.toString(valid.length));
    assertThat(header(letters.get(1), "valueSha256"))
        .isEqualTo(Oversized.Size.of(ByteBuffer.wrap(valid)).sha256());
    assertThat(header(letters.get(2), "keyBytes")).isEqualTo("1048576");
    assertThat(stored(WindowTier.BASE, CHECKOUT, START).stats().count()).isEqualTo(1);
  }

  @Test
  void shouldSetAsideADurationThatIsTooLong() {
    long longest = DurationLimit.MAX.toMillis() * 1_000;
    send(START, longest, false);
    send(START, longest + 1, false);
    send(START, Long.MAX_VALUE, false);

    assertThat(deadLetters.readRecordsToList())
        .extracting(letter -> header(letter, "reason"))
        .containsExactly("excessive_duration", "excessive_duration");
    assertThat(stored(WindowTier.BASE, CHECKOUT, START).stats().count()).isEqualTo(1);
  }

  @Test
  void shouldLoseNothingAfterAnEventFromTheFuture() {
    traces.pipeInput(
        new TestRecord<>(
            "key".getBytes(UTF_8),
            encode(START.plus(Duration.ofDays(30)), 1000, false, event -> event),
            START.plus(Duration.ofDays(30))));
    for (int i = 0; i < 1000; i++) {
      send(START.plusMillis(i), 1000, false);
    }

    assertThat(stored(WindowTier.BASE, CHECKOUT, START).stats().count()).isEqualTo(1000);
    assertThat(deadLetters.readRecordsToList())
        .singleElement()
        .satisfies(letter -> assertThat(header(letter, "reason")).isEqualTo("future_timestamp"));
  }

  @Test
  void shouldAccountForEveryRecord() {
    send(START, 1000, false);
    send(START, -5, false);
    traces.pipeInput(
        null, encode(START, 0, false, event -> event.setType(TraceEventType.STARTED)), START);
    traces.pipeInput(null, new byte[] {1}, START);

    double deadLettered = 0;
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      deadLettered +=
          meters
              .counter("tracetide.processor.events.dead.lettered", "reason", reason.label())
              .count();
    }
    assertThat(deadLettered).isEqualTo(2);
    assertThat(meters.counter("tracetide.processor.events.received").count())
        .isEqualTo(
            deadLettered
                + meters.counter("tracetide.processor.events.aggregated").count()
                + meters.counter("tracetide.processor.events.uncounted").count());
  }

  @Test
  void shouldSetAsideWhatWasWrittenWithASchemaThatLacksTheService() {
    byte[] nameless =
        ByteBuffer.allocate(5)
            .put((byte) 0)
            .putInt(
                registry.register("elsewhere", without(TraceEvent.getClassSchema(), "serviceName")))
            .array();
    traces.pipeInput("key".getBytes(UTF_8), nameless, START);
    send(START, 1000, false);

    assertThat(deadLetters.readRecordsToList())
        .singleElement()
        .satisfies(letter -> assertThat(header(letter, "reason")).isEqualTo("incompatible_schema"));
    assertThat(stored(WindowTier.BASE, CHECKOUT, START).stats().count()).isEqualTo(1);
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
  void shouldCountResourceUsageAsAMetricOfTheService() {
    traces.pipeInput(
        null,
        encode(
            START,
            1000,
            false,
            event ->
                event.setResourceUsage(
                    ResourceUsage.newBuilder().setCpuUsagePercent(83.5).build())),
        START);

    SeriesId cpu = SeriesId.ofMetric("default", "shop", SeriesId.CPU_USAGE_PERCENT);
    assertThat(stored(WindowTier.BASE, cpu, START).stats().mean()).isEqualTo(83.5);
  }

  @Test
  void shouldCountMeasuresOfAServicesOwnAsItsMetrics() {
    for (double queued : new double[] {4, 8}) {
      traces.pipeInput(
          null,
          encode(
              START,
              1000,
              false,
              event ->
                  event
                      .setType(TraceEventType.UPDATED)
                      .setCustomMetrics(
                          Map.of("queued", queued, "latency", 5.0, "broken", Double.NaN, "", 1.0))),
          START);
    }

    assertThat(
            stored(WindowTier.BASE, SeriesId.ofMetric("default", "shop", "queued"), START)
                .stats()
                .mean())
        .isEqualTo(6);
    assertThat(fixture.state().windows(WindowTier.BASE, START)).hasSize(1);
  }

  @Test
  void shouldKeepWindowsOfAReplayIndependentOfTheWallClock() {
    Instant longAgo = START.minus(Duration.ofDays(365));
    send(longAgo, 1000, false);
    send(longAgo.plusSeconds(60), 1000, false);
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(windows.readValuesToList())
        .extracting(WindowAggregate::getWindowStart)
        .containsOnly(longAgo);
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  private void send(Instant end, long durationMicros, boolean failed) {
    traces.pipeInput(null, encode(end, durationMicros, failed, event -> event), end);
  }

  private byte[] encode(
      Instant end, long durationMicros, boolean failed, UnaryOperator<TraceEvent.Builder> change) {
    return encoder.encode(
        change
            .apply(
                TraceEvent.newBuilder()
                    .setType(TraceEventType.COMPLETED)
                    .setTraceId("t-" + durationMicros)
                    .setServiceName("shop")
                    .setOperationName("POST /pay")
                    .setStatus(failed ? TraceStatus.FAILED : TraceStatus.COMPLETED)
                    .setTimestamp(end)
                    .setDurationMicros(durationMicros))
            .build());
  }

  private WindowStatsCodec.Stored stored(WindowTier tier, SeriesId series, Instant start) {
    return fixture.state().window(tier, series, start);
  }

  private static org.assertj.core.data.Offset<Double> withinPercent(double value) {
    return org.assertj.core.api.Assertions.within(value * QuantileSketch.RELATIVE_ERROR);
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
