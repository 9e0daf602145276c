package io.tracetide.processor.topology.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.intake.InputProgress;
import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMask;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.topology.Ledgers;
import io.tracetide.processor.topology.TopologyFixture;
import io.tracetide.processor.topology.TraceTopology;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.SpanEvent;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.mapping.EpochMicros;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowTracesTopologyTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroEncoder<TraceEvent> encoder =
      new AvroEncoder<>(registry, Topics.TRACES + "-value", TraceEvent.class);
  private final OpenLedgers ledgers = new OpenLedgers();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TopologyFixture fixture;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> traces;
  private TestOutputTopic<byte[], byte[]> findings;

  @BeforeEach
  void start() {
    start(LedgerConfig.defaults());
  }

  private void start(LedgerConfig config) {
    start(Ledgers.following(config, TraceJudge.LENIENT, ledgers));
  }

  private void start(LedgerWiring wiring) {
    fixture = new TopologyFixture(registry).meters(meters).ledger(wiring);
    driver = fixture.start(stateDir, START);
    traces = fixture.input(Topics.TRACES);
    findings = fixture.output("test-" + TraceTopology.TRACE_FINDINGS + "-repartition");
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldFindAStuckTraceOnASilentTopicAndHealItWhenItEnds() {
    send(event(TraceEventType.STARTED, 0).build());
    assertThat(state()).isEqualTo("running");
    for (int i = 0; i < 302; i++) {
      driver.advanceWallClockTime(Duration.ofSeconds(1));
    }

    assertThat(state()).isEqualTo("stuck");
    TraceFinding stuck = only(findings());
    assertThat(stuck.open()).isTrue();
    assertThat(stuck.breach().kind()).isEqualTo(AnomalyKind.STUCK_TRACE);
    assertThat(stuck.traceId()).isEqualTo("t");
    assertThat(stuck.operation()).isEqualTo("plan {id}");
    assertThat(stuck.atMs() - START.toEpochMilli()).isBetween(300_000L, 302_000L);

    send(event(TraceEventType.COMPLETED, 310_000).build());

    assertThat(state()).isEqualTo("completed");
    assertThat(only(findings()).open()).isFalse();
    assertThat(counted(310_000).stats().max()).isEqualTo(310_000_000);
  }

  @Test
  void shouldCompleteWhatWasReportedUnfinishedInItsOwnWindow() {
    send(event(TraceEventType.COMPLETED, 0).build());
    for (int i = 0; i < 40; i++) {
      driver.advanceWallClockTime(Duration.ofSeconds(1));
    }
    assertThat(counted(0).stats().count()).isEqualTo(1);
    assertThat(counted(0).stats().observations()).isZero();

    send(
        event(TraceEventType.COMPLETED, 11_633)
            .setDurationMicros(11_633_449L)
            .setStatus(TraceStatus.FAILED)
            .build());

    assertThat(counted(0).stats().count()).isEqualTo(1);
    assertThat(counted(0).stats().errors()).isEqualTo(1);
    assertThat(counted(0).stats().max()).isEqualTo(11_633_449);
    assertThat(state()).isEqualTo("failed");
  }

  @Test
  void shouldCountARepeatedSpanOnce() {
    byte[] again = encoder.encode(event(TraceEventType.COMPLETED, 0).setDurationMicros(9L).build());
    for (int i = 0; i < 5; i++) {
      traces.pipeInput(null, again, START);
    }

    assertThat(counted(0).stats().count()).isEqualTo(1);
    assertThat(meters.get("tracetide.processor.events.duplicate").functionCounter().count())
        .isEqualTo(4);
  }

  @Test
  void shouldCountAnEndWithoutAStartAfterSomeTime() {
    send(event(TraceEventType.COMPLETED, 0).build());
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    driver.advanceWallClockTime(Duration.ofSeconds(2));

    assertThat(counted(0).stats().count()).isEqualTo(1);
  }

  @Test
  void shouldCountWhatWorkflowsComeToForTheServiceAndForTheWorkflow() {
    send(event(TraceEventType.STARTED, 0).build());
    TraceEvent reached =
        event(TraceEventType.UPDATED, 1)
            .setEvents(
                List.of(
                    new SpanEvent(
                        "trace_milestone",
                        "shipped",
                        START.plus(Duration.ofDays(9)),
                        Map.of("objective", "shipped"))))
            .build();
    send(reached);
    send(reached);

    assertThat(objectives("*").stats().count()).isEqualTo(1);
    assertThat(objectives("plan {id}").stats().sum()).isEqualTo(1);
    assertThat(meters.get("tracetide.processor.events.uncounted").counter().count()).isEqualTo(2);
  }

  private WindowStatsCodec.Stored objectives(String workflow) {
    Instant start = Instant.ofEpochMilli(WindowTier.BASE.windowStart(START.toEpochMilli()));
    return fixture
        .state()
        .window(
            WindowTier.BASE,
            new SeriesId("default", "planner", workflow, "objectives_completed"),
            start);
  }

  @Test
  void shouldCountEverythingAsItComesWhenDisabled() {
    driver.close();
    LedgerConfig on = LedgerConfig.defaults();
    start(
        new LedgerConfig(
            false,
            on.routeFinished(),
            on.orderWait(),
            on.maxOpen(),
            on.duplicates(),
            on.silence(),
            on.recent(),
            on.kept(),
            on.breachesAfterEnd(),
            on.limits()));
    TraceEvent work = event(TraceEventType.COMPLETED, 0).setDurationMicros(9L).build();

    send(work);
    send(work);

    assertThat(counted(0).stats().count()).isEqualTo(2);
    assertThat(ledgers.all()).isEmpty();
  }

  @Test
  void shouldFollowATraceInWhichSomethingHappenedAtATimeThatCannotBe() {
    List<Instant> times =
        Stream.of(Long.MAX_VALUE, Long.MIN_VALUE, START.toEpochMilli() * 1_000_000, 1_000L)
            .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
            .toList();
    for (Instant time : times) {
      SpanEvent happened =
          SpanEvent.newBuilder()
              .setEventType("plan_execution")
              .setEventName("step")
              .setTimestamp(time)
              .build();
      send(event(TraceEventType.UPDATED, 1).setEvents(List.of(happened)).build());
    }
    send(event(TraceEventType.STARTED, 0).build());
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(state()).isEqualTo("running");
    LedgerPartition ledger = requireNonNull(ledgers.of(0));
    assertThat(requireNonNull(ledger.find("default", "t")).steps())
        .extracting(TraceStep::atMicros)
        .allMatch(at -> Math.abs(at - EpochMicros.of(START)) < 10_000_000);
  }

  @Test
  void shouldSetAsideARecordWhoseProcessingFailsAndGoOn() {
    driver.close();
    start(
        new LedgerWiring(
            LedgerConfig.defaults(),
            TraceJudge.LENIENT,
            trace -> {
              if (trace.traceId().equals("poison")) {
                throw new ArithmeticException("long overflow");
              }
              return List.of();
            },
            new TraceMask(Masker.of(PrivacyConfig.defaults())),
            ledgers,
            InputProgress.atHand()));
    send(event(TraceEventType.STARTED, 0).build());
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    send(event(TraceEventType.STARTED, 0).setTraceId("poison").build());
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    SpanEvent approval =
        SpanEvent.newBuilder()
            .setEventType("approval_workflow")
            .setEventName("approval_requested")
            .setTimestamp(START)
            .build();
    TraceEvent poison =
        event(TraceEventType.UPDATED, 1).setTraceId("poison").setEvents(List.of(approval)).build();

    send(poison);
    send(event(TraceEventType.COMPLETED, 2_000).build());

    assertThat(state()).isEqualTo("completed");
    assertThat(counted(2_000).stats().count()).isEqualTo(1);
    TestRecord<byte[], byte[]> letter =
        driver
            .createOutputTopic(
                Topics.TRACES_DEAD_LETTER, new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .readRecord();
    assertThat(letter.value()).isEqualTo(encoder.encode(poison));
    assertThat(new String(letter.headers().lastHeader("reason").value(), UTF_8))
        .isEqualTo("processing_failed");
  }

  private String state() {
    LedgerPartition ledger = requireNonNull(ledgers.of(0));
    TraceSnapshot trace = requireNonNull(ledger.find("default", "t"));
    return trace.state().label();
  }

  private List<TraceFinding> findings() {
    return findings.readValuesToList().stream().map(TraceFindingCodec::decode).toList();
  }

  private static TraceFinding only(List<TraceFinding> found) {
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  @Test
  void shouldCountAnEventThatCannotBeDecodedWithoutItsTrace() {
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 60_000; i++) {
      many.put(Integer.toString(i, 36), "");
    }
    // A decoder refuses more items than a reader of single fields.
    send(
        event(TraceEventType.COMPLETED, 0)
            .setStatus(TraceStatus.FAILED)
            .setDurationMicros(1_000L)
            .setTags(many)
            .setMetadata(many)
            .build());
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(counted(0).stats().count()).isEqualTo(1);
    assertThat(meters.get("tracetide.processor.ledger.undecoded").functionCounter().count())
        .isEqualTo(1);
  }

  private WindowStatsCodec.Stored counted(long atMs) {
    Instant start = Instant.ofEpochMilli(WindowTier.BASE.windowStart(START.toEpochMilli() + atMs));
    return fixture
        .state()
        .window(WindowTier.BASE, SeriesId.ofOperation("default", "planner", "plan {id}"), start);
  }

  private void send(TraceEvent event) {
    traces.pipeInput(null, encoder.encode(event), event.getTimestamp());
  }

  private static TraceEvent.Builder event(TraceEventType type, long atMs) {
    return TraceEvent.newBuilder()
        .setType(type)
        .setTraceId("t")
        .setSpanId("s")
        .setServiceName("planner")
        .setOperationName("plan 4711")
        .setStatus(type == TraceEventType.COMPLETED ? TraceStatus.COMPLETED : TraceStatus.RUNNING)
        .setTimestamp(START.plusMillis(atMs));
  }
}
