package io.tracetide.processor.topology.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.anomaly.BreachTracker;
import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import io.tracetide.processor.topology.TraceTopology;
import io.tracetide.processor.topology.incident.IncidentStores;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaiseTraceAnomaliesTest {

  private static final long START_MS = 1_772_445_600_000L;

  @TempDir Path stateDir;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final Serde<Anomaly> serde = AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class);
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> findings;
  private TestOutputTopic<String, Anomaly> anomalies;
  private boolean restart;
  private long nowMs = START_MS;

  @BeforeEach
  void start() {
    Topology topology = new Topology();
    topology.addSource(
        "source",
        Serdes.ByteArray().deserializer(),
        Serdes.ByteArray().deserializer(),
        TraceTopology.TRACE_FINDINGS);
    topology.addProcessor("raise", Restarting::new, "source");
    topology.addStateStore(AnomalyStores.episodes(), "raise");
    topology.addStateStore(AnomalyStores.open(registry), "raise");
    topology.addStateStore(IncidentStores.anomalies(registry), "raise");
    topology.addSink(
        "sink", Topics.ANOMALIES, Serdes.String().serializer(), serde.serializer(), "raise");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "raise");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    driver = new TopologyTestDriver(topology, properties, Instant.ofEpochMilli(START_MS));
    findings =
        driver.createInputTopic(
            TraceTopology.TRACE_FINDINGS,
            Serdes.ByteArray().serializer(),
            Serdes.ByteArray().serializer());
    anomalies =
        driver.createOutputTopic(
            Topics.ANOMALIES, Serdes.String().deserializer(), serde.deserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldMakeOneAnomalyOfTheTracesThatBreakOneRule() {
    begin("t1");
    begin("t2");
    end("t1");
    end("t2");
    pass(4);
    assertThat(anomalies.getQueueSize()).isEqualTo(2);
    pass(2);

    List<Anomaly> told = anomalies.readValuesToList();
    assertThat(told).extracting(Anomaly::getRevision).containsExactly(0, 1, 2);
    assertThat(told).extracting(Anomaly::getAnomalyId).containsOnly(told.get(0).getAnomalyId());
    Anomaly opened = told.get(0);
    assertThat(opened.getDetector()).isEqualTo(Detector.CONTRACT);
    assertThat(opened.getKind()).isEqualTo(AnomalyKind.LATENCY);
    assertThat(opened.getRule()).isEqualTo("order.maxLatencyMs");
    assertThat(opened.getState()).isEqualTo(AnomalyState.OPEN);
    assertThat(opened.getTraceIds()).containsExactly("t1");
    assertThat(opened.getExemplars().getSlowest()).isEqualTo("t1");
    assertThat(opened.getObserved())
        .containsEntry("latency_ms", 90.0)
        .containsEntry("traces_in_breach", 1.0);
    assertThat(opened.getExpected()).containsEntry("latency_ms", 60.0);
    assertThat(opened.getSummary())
        .isEqualTo("contract order is broken in maxLatencyMs: slow (1 trace of agents handle)");
    assertThat(told.get(1).getTraceIds()).containsExactly("t2", "t1");
    Anomaly resolved = told.get(2);
    assertThat(resolved.getState()).isEqualTo(AnomalyState.RESOLVED);
    assertThat(resolved.getTraceIds()).containsExactly("t2", "t1");
    assertThat(resolved.getSummary())
        .isEqualTo(
            "agents handle no longer has traces that break order.maxLatencyMs; it had them for 0 s,"
                + " at most 2 traces at the same time");
    assertThat(rows()).isZero();
  }

  @Test
  void shouldNameTheKindOfAnAnomalyWithoutARule() {
    send("t1", breach("", AnomalyKind.STUCK_TRACE, 90), "handle order", true);
    send("t1", breach("", AnomalyKind.STUCK_TRACE, 90), "handle order", false);
    pass(10);

    assertThat(anomalies.readValuesToList())
        .last()
        .extracting(Anomaly::getSummary)
        .isEqualTo(
            "agents handle order no longer has stuck traces; it had them for 0 s, at most 1 trace"
                + " at the same time");
  }

  @Test
  void shouldKeepApartWhatDiffersInRuleKindOrOperation() {
    send("t1", breach("a.maxLatencyMs", AnomalyKind.LATENCY, 90), "handle", true);
    send("t1", breach("b.maxLatencyMs", AnomalyKind.LATENCY, 90), "handle", true);
    send("t1", breach("a.maxLatencyMs", AnomalyKind.LATENCY, 90), "other", true);
    send("t1", breach("a.maxLatencyMs", AnomalyKind.DEADLINE, 90), "handle", true);

    assertThat(anomalies.readValuesToList())
        .hasSize(4)
        .extracting(Anomaly::getFingerprint)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldNotCountABreachThatIsDeliveredTwice() {
    begin("t1");
    begin("t1");
    end("t1");
    end("t1");
    pass(6);

    assertThat(anomalies.readValuesToList())
        .extracting(Anomaly::getState)
        .containsExactly(AnomalyState.OPEN, AnomalyState.RESOLVED);
  }

  @Test
  void shouldReportOnceASecondWhenManyTracesBreakARule() {
    for (int i = 0; i < 1_000; i++) {
      begin("t" + i);
    }
    assertThat(anomalies.readValuesToList()).hasSize(6);

    pass(1);

    assertThat(anomalies.readValuesToList())
        .singleElement()
        .satisfies(
            anomaly -> {
              assertThat(anomaly.getTraceIds()).hasSize(BreachTracker.MAX_TRACE_IDS);
              assertThat(anomaly.getObserved()).containsEntry("traces_in_breach", 1_000.0);
              assertThat(anomaly.getSummary()).contains("1000 traces of agents handle");
            });
    pass(10);
    assertThat(anomalies.isEmpty()).isTrue();
  }

  @Test
  void shouldCountWhatItDoesNotKnowByName() {
    int traces = BreachTracker.MAX_SAVED_TRACES + 50;
    for (int i = 0; i < traces; i++) {
      begin("t" + i);
    }
    pass(1);
    anomalies.readValuesToList();
    restart = true;
    assertThat(rows()).isLessThan(BreachTracker.MAX_SAVED_TRACES + 10);
    for (int i = 0; i < traces - 1; i++) {
      end("t" + i);
    }
    pass(10);
    assertThat(anomalies.readValuesToList())
        .noneMatch(anomaly -> anomaly.getState() == AnomalyState.RESOLVED);

    end("t" + (traces - 1));
    pass(10);

    assertThat(anomalies.readValuesToList())
        .last()
        .satisfies(anomaly -> assertThat(anomaly.getState()).isEqualTo(AnomalyState.RESOLVED));
    assertThat(rows()).isZero();
  }

  @Test
  void shouldGoOnWithAnEpisodeThatBeginsAnewAtOnce() {
    begin("t1");
    end("t1");
    pass(3);
    begin("t2");
    pass(3);
    end("t2");
    pass(6);

    assertThat(anomalies.readValuesToList())
        .extracting(Anomaly::getState)
        .containsExactly(AnomalyState.OPEN, AnomalyState.OPEN, AnomalyState.RESOLVED);
  }

  @Test
  void shouldReportTheSameAfterARestartAtAnyPoint() {
    List<Anomaly> undisturbed = run(false);
    driver.close();
    nowMs = START_MS;
    start();
    assertThat(run(true)).isEqualTo(undisturbed);
  }

  private List<Anomaly> run(boolean restarting) {
    begin("t1");
    pass(2);
    restart = restarting;
    begin("t2");
    pass(2);
    restart = restarting;
    end("t1");
    pass(2);
    restart = restarting;
    end("t2");
    pass(8);
    return anomalies.readValuesToList();
  }

  @Test
  void shouldShowTheSlowestAndTheMostSevere() {
    send("t1", breach("order.maxLatencyMs", AnomalyKind.LATENCY, 500), "handle", true);
    send("t2", breach("order.maxLatencyMs", AnomalyKind.LATENCY, 70), "handle", true);
    send(
        "t2",
        new Breach(
            Detector.CONTRACT,
            AnomalyKind.LATENCY,
            "order.maxLatencyMs",
            Severity.CRITICAL,
            Map.of(),
            Map.of(),
            "worse"),
        "handle",
        true);

    assertThat(anomalies.readValuesToList())
        .last()
        .satisfies(
            anomaly -> {
              assertThat(anomaly.getExemplars().getSlowest()).isEqualTo("t1");
              assertThat(anomaly.getTraceIds()).containsExactly("t2", "t1");
              assertThat(anomaly.getSeverity()).isEqualTo(Severity.CRITICAL);
            });
  }

  @Test
  void shouldHaveNoRuleWhereTheLedgerHasNone() {
    send(
        "t1",
        new Breach(
            Detector.LEDGER,
            AnomalyKind.CRITICAL_EVENT,
            "",
            Severity.CRITICAL,
            Map.of("critical_events", 1.0),
            Map.of(),
            "trace_milestone budget in agents is critical"),
        "handle",
        true);

    assertThat(anomalies.readValue())
        .satisfies(
            anomaly -> {
              assertThat(anomaly.getRule()).isNull();
              assertThat(anomaly.getExemplars().getError()).isEqualTo("t1");
            });
  }

  private void begin(String traceId) {
    send(traceId, breach("order.maxLatencyMs", AnomalyKind.LATENCY, 90), "handle", true);
  }

  private void end(String traceId) {
    send(traceId, breach("order.maxLatencyMs", AnomalyKind.LATENCY, 90), "handle", false);
  }

  private void send(String traceId, Breach breach, String operation, boolean open) {
    TraceFinding finding =
        new TraceFinding("acme", "agents", operation, traceId, breach, open, nowMs++);
    findings.pipeInput(new byte[4], TraceFindingCodec.encode(finding), Instant.ofEpochMilli(nowMs));
  }

  private static Breach breach(String rule, AnomalyKind kind, double value) {
    return new Breach(
        Detector.CONTRACT,
        kind,
        rule,
        Severity.HIGH,
        Map.of("latency_ms", value),
        Map.of("latency_ms", 60.0),
        "contract order is broken in maxLatencyMs: slow");
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      driver.advanceWallClockTime(Duration.ofSeconds(1));
    }
  }

  private long rows() {
    KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(AnomalyStores.EPISODES);
    long rows = 0;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        all.next();
        rows++;
      }
    }
    return rows;
  }

  /** A processor that can be replaced by a new one with the stored state. */
  private final class Restarting implements Processor<byte[], byte[], String, Anomaly> {
    private Processor<byte[], byte[], String, Anomaly> current = make();
    private ProcessorContext<String, Anomaly> context;

    private Processor<byte[], byte[], String, Anomaly> make() {
      return new RaiseTraceAnomalies(new ProcessorMetrics(new SimpleMeterRegistry()));
    }

    @Override
    public void init(ProcessorContext<String, Anomaly> context) {
      this.context = context;
      current.init(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (restart) {
        restart = false;
        current.close();
        current = make();
        current.init(context);
      }
      current.process(record);
    }
  }
}
