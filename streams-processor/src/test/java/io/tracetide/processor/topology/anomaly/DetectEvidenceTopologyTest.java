package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.detection.OutlierEngines;
import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.ReportLimits;
import io.tracetide.processor.detection.evidence.SampleBatch;
import io.tracetide.processor.detection.evidence.SeriesSample;
import io.tracetide.processor.detection.progress.DetectionProgress;
import io.tracetide.processor.detection.silence.SilenceConfig;
import io.tracetide.processor.feedback.FeedbackRules;
import io.tracetide.processor.incident.IncidentsConfig;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.topology.incident.IncidentStores;
import io.tracetide.processor.topology.incident.LinkIncidents;
import io.tracetide.processor.topology.incident.TenantReport;
import io.tracetide.processor.topology.incident.TenantReportSerde;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.ConfidenceBasis;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches of two partitions in, anomalies out, with restarts over the same stores. */
class DetectEvidenceTopologyTest {

  private static final long WINDOW_MS = 10_000;
  private static final long FIRST_WINDOW = 170_000_000;
  private static final FeedbackRules FEEDBACK = new FeedbackRules(new FeedbackBook());
  private static final DetectionProgress PROGRESS = new DetectionProgress();
  private static final int PARTITIONS = 2;
  private static final int SERVICES = 12;
  private static final int FAULT = 300;
  private static final int WINDOWS = 330;

  @TempDir Path directory;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private DetectionConfig config = DetectionConfig.defaults();
  private boolean restart;

  /** First window of the fault, and number of windows. */
  private int faultAt = FAULT;

  private int windows = WINDOWS;

  /** First window that has not closed before detection was switched on. */
  private int pastUntil;

  /** A fault that lasts for eight windows. */
  private enum Fault {
    SLOW,
    MISSING,
    FEWER,
    FAILING
  }

  @Test
  void shouldPublishAnExplainedAnomaly() {
    List<Anomaly> slow = run(Fault.SLOW, 1, Set.of());

    Anomaly opened = slow.get(0);
    assertThat(slow).extracting(Anomaly::getServiceName).containsOnly("service-7");
    assertThat(opened.getKind()).isEqualTo(AnomalyKind.LATENCY);
    assertThat(opened.getConfidence()).isBetween(0.8, 1.0);
    assertThat(opened.getEngine()).isEqualTo("evidence");
    assertThat(slow).extracting(Anomaly::getConfidenceBasis).containsOnly(ConfidenceBasis.RANK);
    assertThat(opened.getOpenedAt().toEpochMilli())
        .isEqualTo((FIRST_WINDOW + FAULT + 2) * WINDOW_MS);
    assertThat(opened.getObserved().get("p95_ms"))
        .isGreaterThan(opened.getExpected().get("p95_ms_high"));
    assertThat(opened.getContributions()).containsKeys("p50_ms", "geometric_mean_ms");
    assertThat(opened.getContributions().values().stream().mapToDouble(d -> d).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(opened.getSummary()).startsWith("p95 latency of service-7 work rose to ");
    assertThat(opened.getExemplars().getSlowest()).isEqualTo("00000000000000000000000000000007");
    Anomaly last = slow.get(slow.size() - 1);
    assertThat(last.getState()).isEqualTo(AnomalyState.RESOLVED);
    assertThat(last.getAnomalyId()).isEqualTo(opened.getAnomalyId());
  }

  /** The fault is in windows that closed before detection was switched on. */
  @Test
  void shouldLearnOfPastWindowsAndPublishNothing() {
    pastUntil = WINDOWS;
    assertThat(run(Fault.SLOW, 1, Set.of())).isEmpty();

    pastUntil = FAULT - 2;
    assertThat(run(Fault.SLOW, 1, Set.of()))
        .first()
        .satisfies(
            opened ->
                assertThat(opened.getOpenedAt().toEpochMilli())
                    .isEqualTo((FIRST_WINDOW + FAULT + 2) * WINDOW_MS));
  }

  /** The anomaly of a rule in the partition of the fault, however late the other partition is. */
  @Test
  void shouldLinkTheAnomaliesOfRulesInTheSameOrderInEachRun() {
    List<Anomaly> inStep = withARule(0);

    assertThat(inStep).extracting(Anomaly::getDetector).contains(Detector.THRESHOLD);
    assertThat(inStep)
        .extracting(anomaly -> anomaly.getIncident().getIncidentId())
        .containsOnly(inStep.get(0).getIncident().getIncidentId());
    assertThat(withARule(1)).isEqualTo(inStep);
    assertThat(withARule(3)).isEqualTo(inStep);
  }

  /**
   * Runs with a fault, and a rule that finds it with the window of its third minute.
   *
   * @param behind windows by which the partition without the fault is behind
   */
  private List<Anomaly> withARule(int behind) {
    int fault = partitionOf("service-7");
    try (Driver driver = new Driver()) {
      for (int w = 0; w < WINDOWS + behind; w++) {
        if (w == FAULT + 1) {
          driver.send(SampleBatch.report("acme", fault, ofRule(w)));
        }
        if (w < WINDOWS) {
          driver.send(batch(fault, w, Fault.SLOW));
        }
        if (w >= behind) {
          driver.send(batch(1 - fault, w - behind, Fault.SLOW));
        }
        driver.advance(Duration.ofSeconds(1));
      }
      return driver.published();
    }
  }

  private byte[] ofRule(int window) {
    Anomaly anomaly =
        Anomaly.newBuilder(
                Episodes.open(
                    "service-7",
                    "work",
                    Severity.HIGH,
                    Instant.ofEpochMilli((FIRST_WINDOW + window + 1) * WINDOW_MS)))
            .setTenantId("acme")
            .setDetector(Detector.THRESHOLD)
            .setIncident(null)
            .build();
    return new TenantReportSerde(registry).encode(new TenantReport.Anomalies(List.of(anomaly)));
  }

  @Test
  void shouldFindMissingAndFailingSpans() {
    assertThat(run(Fault.FEWER, 1, Set.of()))
        .extracting(Anomaly::getKind)
        .containsOnly(AnomalyKind.THROUGHPUT);
    assertThat(run(Fault.FAILING, 1, Set.of()))
        .extracting(Anomaly::getKind)
        .containsOnly(AnomalyKind.ERROR_RATE);
  }

  @Test
  void shouldPublishOneAnomalyOfAServiceThatStops() {
    List<Anomaly> silent = run(Fault.MISSING, 1, Set.of());

    Anomaly opened = silent.get(0);
    assertThat(silent).extracting(Anomaly::getAnomalyId).containsOnly(opened.getAnomalyId());
    assertThat(opened.getKind()).isEqualTo(AnomalyKind.NO_DATA);
    assertThat(opened.getServiceName()).isEqualTo("service-7");
    assertThat(opened.getOperationName()).isEqualTo("*");
    assertThat(opened.getEngine()).isEqualTo("silence");
    assertThat(opened.getOpenedAt().toEpochMilli())
        .isEqualTo((FIRST_WINDOW + FAULT + 2) * WINDOW_MS);
    assertThat(opened.getContributions()).containsExactly(entry("silent_seconds", 1.0));
    assertThat(opened.getSummary())
        .matches(
            "service-7 has sent no spans for 20 s, expected about [67](\\.\\d+)?/s;"
                + " it usually has no pauses");
    Anomaly last = silent.get(silent.size() - 1);
    assertThat(last.getState()).isEqualTo(AnomalyState.RESOLVED);
    assertThat(last.getSummary()).isEqualTo("service-7 sends spans again, after 1 min 20 s");
    Set<Integer> restarts = Set.of(250, FAULT, FAULT + 1, FAULT + 2, FAULT + 3, FAULT + 8);
    assertThat(run(Fault.MISSING, 1, restarts)).isEqualTo(silent);
    assertThat(run(Fault.MISSING, 2, restarts)).isEqualTo(silent);
  }

  @Test
  void shouldPublishTheSameWhereverItRestartsAndInWhateverOrderPartitionsArrive() {
    List<Anomaly> undisturbed = run(Fault.SLOW, 1, Set.of());

    assertThat(undisturbed).isNotEmpty();
    for (long seed = 2; seed < 5; seed++) {
      Set<Integer> restarts = Set.of(1, 61, 250, FAULT, FAULT + 1, FAULT + 2, FAULT + 9);
      assertThat(run(Fault.SLOW, seed, restarts)).isEqualTo(undisturbed);
    }
    assertThat(meters.counter("tracetide.processor.evidence.samples.late").count()).isZero();
  }

  @Test
  void shouldPublishACalibratedConfidenceThatRestartsDoNotChange() {
    faultAt = 3_000;
    windows = faultAt + 20;
    List<Anomaly> undisturbed = run(Fault.SLOW, 1, Set.of());

    assertThat(undisturbed)
        .extracting(Anomaly::getConfidenceBasis)
        .containsOnly(ConfidenceBasis.CALIBRATED);
    assertThat(undisturbed.get(0).getConfidence()).as("after two windows").isBetween(0.2, 0.99);
    assertThat(undisturbed.get(undisturbed.size() - 1).getConfidence())
        .as("after the fault")
        .isBetween(0.9, 0.999);
    Set<Integer> restarts = Set.of(700, 2_200, faultAt, faultAt + 1, faultAt + 2, faultAt + 9);
    assertThat(run(Fault.SLOW, 1, restarts)).isEqualTo(undisturbed);
  }

  @Test
  void shouldIgnoreDeviationsBelowTheConfiguredLimits() {
    config = limits(Duration.ofMillis(100), 0);
    assertThat(run(Fault.SLOW, 1, Set.of())).as("slower, but fast").isEmpty();
    assertThat(run(Fault.FAILING, 1, Set.of())).as("errors").isNotEmpty();
    config = limits(Duration.ofMillis(20), 0);
    assertThat(run(Fault.SLOW, 1, Set.of())).as("slower than 20 ms").isNotEmpty();
    config = limits(Duration.ZERO, 100);
    assertThat(run(Fault.FAILING, 1, Set.of())).as("little traffic").isEmpty();
  }

  private static DetectionConfig limits(Duration ignoreBelow, double minTraffic) {
    return DetectionConfig.defaults().withLimits(new ReportLimits(ignoreBelow, minTraffic));
  }

  @Test
  void shouldNotTakeAPartitionThatIsBehindForSilence() {
    try (Driver driver = new Driver()) {
      for (int w = 0; w < WINDOWS + 40; w++) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          boolean behind = partition == 1 && w >= FAULT && w < FAULT + 50;
          if (!behind) {
            driver.send(batch(partition, w, null));
          }
        }
        driver.advance(Duration.ofMillis(WINDOW_MS));
      }
      for (int w = FAULT; w < FAULT + 50; w++) {
        driver.send(batch(1, w, null));
      }
      assertThat(driver.published()).isEmpty();
      assertThat(meters.counter("tracetide.processor.evidence.samples.late").count())
          .isGreaterThan(0);
    }
  }

  @Test
  void shouldDateAnomaliesOfAServiceThatIsUsuallyLateByItsWindows() {
    int lag = 12;
    try (Driver driver = new Driver()) {
      for (int w = 0; w < WINDOWS + lag; w++) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          SampleBatch batch = batch(partition, w, null);
          List<SeriesSample> samples = new ArrayList<>();
          for (SeriesSample each : batch.samples()) {
            boolean silent = w % 50 == 3;
            boolean late = each.service().equals("service-7") && w >= 100;
            if (late && !silent) {
              int own = w - lag;
              boolean faulty = own >= FAULT && own < FAULT + 8;
              SeriesSample seen = sample(7, own, faulty ? Fault.SLOW : null);
              samples.add(
                  new SeriesSample(
                      seen.service(), seen.operation(), lag, seen.sample(), seen.exemplars()));
            } else if (!late) {
              samples.add(each);
            }
          }
          driver.send(
              new SampleBatch("acme", partition, batch.window(), SampleBatch.Kind.LAST, samples));
        }
        driver.advance(Duration.ofMillis(WINDOW_MS));
      }
      List<Anomaly> slow =
          driver.published().stream()
              .filter(anomaly -> anomaly.getKind() == AnomalyKind.LATENCY)
              .toList();
      assertThat(slow.get(0).getOpenedAt().toEpochMilli())
          .isEqualTo((FIRST_WINDOW + FAULT + 2) * WINDOW_MS);
      assertThat(slow.get(slow.size() - 1).getState()).isEqualTo(AnomalyState.RESOLVED);
    }
  }

  @Test
  void shouldFindAFaultInSpansThatArriveLate() {
    try (Driver driver = new Driver()) {
      for (int w = 0; w < FAULT + 4; w++) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          driver.send(batch(partition, w, null));
        }
        driver.advance(Duration.ofMillis(WINDOW_MS));
      }
      assertThat(driver.published()).isEmpty();
      restart = true;
      int partition = partitionOf("service-7");
      for (int w = FAULT; w < FAULT + 2; w++) {
        driver.send(
            new SampleBatch(
                "acme",
                partition,
                FIRST_WINDOW + w,
                SampleBatch.Kind.REVISED,
                List.of(sample(7, w, Fault.FAILING))));
      }
      List<Anomaly> late = driver.published();
      assertThat(late).extracting(Anomaly::getKind).containsOnly(AnomalyKind.ERROR_RATE);
      assertThat(late.get(0).getOpenedAt().toEpochMilli())
          .isEqualTo((FIRST_WINDOW + FAULT + 2) * WINDOW_MS);
    }
  }

  @Test
  void shouldResolveItsAnomaliesWhenItIsSwitchedOff() {
    try (Driver driver = new Driver()) {
      for (int w = 0; w < FAULT + 5; w++) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          driver.send(batch(partition, w, Fault.SLOW));
        }
        driver.advance(Duration.ofMillis(WINDOW_MS));
      }
      assertThat(driver.published())
          .last()
          .extracting(Anomaly::getState)
          .isEqualTo(AnomalyState.OPEN);
      config = config.withEngine(OutlierEngines.DEFAULT);
      restart = true;
      driver.send(batch(0, FAULT + 5, null));
      driver.advance(Duration.ofSeconds(3));

      assertThat(driver.published())
          .singleElement()
          .satisfies(last -> assertThat(last.getState()).isEqualTo(AnomalyState.RESOLVED))
          .satisfies(last -> assertThat(last.getSummary()).contains("switched off"));
    }
  }

  private List<Anomaly> run(Fault fault, long order, Set<Integer> restarts) {
    Random random = new Random(order);
    List<SampleBatch> pending = new ArrayList<>();
    try (Driver driver = new Driver()) {
      for (int w = 0; w < windows; w++) {
        restart |= restarts.contains(w);
        List<Integer> partitions = new ArrayList<>(List.of(0, 1));
        if (order > 1) {
          Collections.shuffle(partitions, random);
        }
        pending.forEach(driver::send);
        pending.clear();
        for (int partition : partitions) {
          SampleBatch batch = batch(partition, w, fault);
          if (order > 1 && partition == 1 && random.nextInt(3) == 0) {
            pending.add(batch);
          } else {
            driver.send(batch);
          }
        }
        driver.advance(Duration.ofMillis(WINDOW_MS));
      }
      pending.forEach(driver::send);
      return driver.published();
    }
  }

  private SampleBatch batch(int partition, int w, @Nullable Fault fault) {
    List<SeriesSample> samples = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      if (partitionOf("service-" + i) == partition) {
        boolean faulty = fault != null && i == 7 && w >= faultAt && w < faultAt + 8;
        if (!faulty || fault != Fault.MISSING) {
          samples.add(sample(i, w, faulty ? fault : null));
        }
      }
    }
    return new SampleBatch(
        "acme",
        partition,
        FIRST_WINDOW + w,
        w < pastUntil ? SampleBatch.Kind.PAST_LAST : SampleBatch.Kind.LAST,
        samples);
  }

  private static int partitionOf(String service) {
    byte[] key = SeriesCodec.encode(SeriesId.ofOperation("acme", service, "work"));
    return Math.floorMod(SeriesCodec.serviceHash(key), PARTITIONS);
  }

  private static SeriesSample sample(int i, int w, @Nullable Fault fault) {
    Random random = new Random(31L * w + i);
    long count = 60 + random.nextInt(20);
    double middle =
        (5_000 + 500 * i) * Math.exp(0.05 * random.nextGaussian()) * (fault == Fault.SLOW ? 3 : 1);
    if (fault == Fault.FEWER) {
      count /= 10;
    }
    long errors = fault == Fault.FAILING ? count / 2 : 0;
    WindowSample sample =
        new WindowSample(
            count, errors, middle / 2, middle, middle * 2, middle * 2.3, Math.log(middle));
    return new SeriesSample(
        "service-" + i, "work", 0, sample, new Exemplars("%032x".formatted(i), null, null));
  }

  /** The processor over its stores. */
  private final class Driver implements AutoCloseable {
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> batches;
    private final TestOutputTopic<String, Anomaly> anomalies;

    Driver() {
      ProcessorMetrics metrics = new ProcessorMetrics(meters);
      Serde<Anomaly> serde = AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class);
      Serde<byte[]> bytes = Serdes.ByteArray();
      Topology topology = new Topology();
      topology.addSource("source", bytes.deserializer(), bytes.deserializer(), "batches");
      topology.addProcessor("detect", () -> new Restarting(metrics), "source");
      topology.addStateStore(AnomalyStores.evidence(), "detect");
      topology.addStateStore(AnomalyStores.episodes(), "detect");
      topology.addStateStore(AnomalyStores.open(registry), "detect");
      topology.addProcessor(
          "link",
          () ->
              new LinkIncidents(
                  IncidentsConfig.defaults(), AnomaliesConfig.defaults(), FEEDBACK, metrics),
          "detect");
      topology.addStateStore(IncidentStores.anomalies(registry), "detect", "link");
      topology.addStateStore(IncidentStores.calls(), "link");
      topology.addStateStore(IncidentStores.suppressed(registry), "link");
      topology.addSink(
          "sink", Topics.ANOMALIES, Serdes.String().serializer(), serde.serializer(), "link");
      Properties properties = new Properties();
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "detect-evidence");
      properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
      driver = new TopologyTestDriver(topology, properties);
      batches = driver.createInputTopic("batches", bytes.serializer(), bytes.serializer());
      anomalies =
          driver.createOutputTopic(
              Topics.ANOMALIES, Serdes.String().deserializer(), serde.deserializer());
    }

    void send(SampleBatch batch) {
      batches.pipeInput(batch.tenant().getBytes(UTF_8), batch.encode(), batch.window() * WINDOW_MS);
    }

    void advance(Duration duration) {
      driver.advanceWallClockTime(duration);
    }

    List<Anomaly> published() {
      return anomalies.readValuesToList();
    }

    @Override
    public void close() {
      driver.close();
    }
  }

  private final class Restarting implements Processor<byte[], byte[], byte[], TenantReport> {
    private final ProcessorMetrics metrics;
    private DetectEvidence current;
    private ProcessorContext<byte[], TenantReport> context;

    Restarting(ProcessorMetrics metrics) {
      this.metrics = metrics;
      this.current = created();
    }

    private DetectEvidence created() {
      return new DetectEvidence(
          config,
          SilenceConfig.defaults(),
          WindowConfig.defaults(),
          () -> PARTITIONS,
          FEEDBACK,
          new TenantReportSerde(registry),
          PROGRESS,
          metrics);
    }

    @Override
    public void init(ProcessorContext<byte[], TenantReport> context) {
      this.context = context;
      current.init(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      if (restart) {
        restart = false;
        current = created();
        current.init(context);
      }
      current.process(record);
    }
  }
}
