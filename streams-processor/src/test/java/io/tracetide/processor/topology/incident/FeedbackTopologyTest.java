package io.tracetide.processor.topology.incident;

import static io.tracetide.processor.feedback.Judged.anomaly;
import static io.tracetide.processor.feedback.Judged.judge;
import static io.tracetide.processor.feedback.Judged.revoke;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.feedback.FeedbackRules;
import io.tracetide.processor.incident.IncidentsConfig;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Verdict;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Feedback closes anomalies, suppresses later ones, and can be withdrawn. */
class FeedbackTopologyTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path directory;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final ProcessorMetrics metrics = new ProcessorMetrics(new SimpleMeterRegistry());
  private FeedbackBook book = new FeedbackBook();
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], TenantReport> reports;
  private TestOutputTopic<String, Anomaly> anomalies;

  @BeforeEach
  void start() {
    Serde<Anomaly> serde = AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class);
    TenantReportSerde reportSerde = new TenantReportSerde(registry);
    Topology topology = new Topology();
    topology.addSource(
        "source", Serdes.ByteArray().deserializer(), reportSerde.deserializer(), "reports");
    topology.addProcessor(
        "link",
        () ->
            new LinkIncidents(
                IncidentsConfig.defaults(),
                AnomaliesConfig.defaults(),
                new FeedbackRules(book),
                metrics),
        "source");
    topology.addStateStore(IncidentStores.anomalies(registry), "link");
    topology.addStateStore(IncidentStores.calls(), "link");
    topology.addStateStore(IncidentStores.suppressed(registry), "link");
    topology.addSink(
        "sink", Topics.ANOMALIES, Serdes.String().serializer(), serde.serializer(), "link");
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "feedback");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    driver = new TopologyTestDriver(topology, properties, NOW);
    reports =
        driver.createInputTopic(
            "reports", Serdes.ByteArray().serializer(), reportSerde.serializer());
    anomalies =
        driver.createOutputTopic(
            Topics.ANOMALIES, Serdes.String().deserializer(), serde.deserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldCloseAnAnomalyThatWasNoFault() {
    Anomaly open = find(anomaly("fp", 1, 300).build()).get(0);
    book.read(judge("1", NOW, open, Verdict.FALSE_POSITIVE, null));

    List<Anomaly> closed = advance(Duration.ofSeconds(2));

    assertThat(closed).hasSize(1);
    assertThat(closed.get(0).getState()).isEqualTo(AnomalyState.RESOLVED);
    assertThat(closed.get(0).getRevision()).isEqualTo(1);
    assertThat(closed.get(0).getSummary())
        .isEqualTo("slow; closed by feedback: not an anomaly, according to ann");
    // What the detector finds later of the same anomaly is not published.
    assertThat(find(anomaly("fp", 1, 900).setRevision(1).build())).isEmpty();
    assertThat(find(resolved(anomaly("fp", 1, 900).setRevision(2)))).isEmpty();
    assertThat(suppressed()).isEmpty();
  }

  @Test
  void shouldSuppressLaterAnomaliesUnlessTheyAreLarger() {
    book.read(judge("1", NOW, anomaly("fp", 1, 300).build(), Verdict.FALSE_POSITIVE, null));

    assertThat(find(anomaly("fp", 2, 320).build())).isEmpty();
    assertThat(metrics.anomaliesSuppressed.count()).isEqualTo(1);
    assertThat(find(anomaly("other", 2, 320).build())).hasSize(1);
    List<Anomaly> grown = find(anomaly("fp", 2, 340).setRevision(1).build());
    assertThat(grown).hasSize(1);
    assertThat(grown.get(0).getState()).isEqualTo(AnomalyState.OPEN);
    assertThat(grown.get(0).getIncident()).isNotNull();
    List<Anomaly> over = find(resolved(anomaly("fp", 2, 340).setRevision(2)));
    assertThat(over).extracting(Anomaly::getState).containsExactly(AnomalyState.RESOLVED);
  }

  @Test
  void shouldPublishAgainWhenTheFeedbackIsWithdrawn() {
    Anomaly open = find(anomaly("fp", 1, 300).build()).get(0);
    book.read(judge("1", NOW, open, Verdict.FALSE_POSITIVE, null));
    advance(Duration.ofSeconds(2));

    book.read(revoke("1", NOW, open, Verdict.FALSE_POSITIVE));
    List<Anomaly> again = advance(Duration.ofSeconds(2));

    assertThat(again).hasSize(1);
    assertThat(again.get(0).getState()).isEqualTo(AnomalyState.OPEN);
    assertThat(again.get(0).getRevision()).isEqualTo(2);
    assertThat(again.get(0).getSummary()).isEqualTo("slow");
    assertThat(suppressed()).isEmpty();
    List<Anomaly> over = find(resolved(anomaly("fp", 1, 300).setRevision(1)));
    assertThat(over).extracting(Anomaly::getRevision).containsExactly(3);
  }

  @Test
  void shouldReportAnExpectedDeviationThatOutlastsItsTime() {
    Anomaly open = find(anomaly("fp", 1, 300).build()).get(0);
    book.read(judge("1", NOW, open, Verdict.EXPECTED, NOW.plusSeconds(60)));

    assertThat(advance(Duration.ofSeconds(2)))
        .extracting(Anomaly::getState)
        .containsExactly(AnomalyState.RESOLVED);
    assertThat(find(anomaly("fp", 1, 900).setRevision(1).build())).isEmpty();
    assertThat(advance(Duration.ofSeconds(50))).isEmpty();
    List<Anomaly> again = advance(Duration.ofSeconds(10));
    assertThat(again).extracting(Anomaly::getState).containsExactly(AnomalyState.OPEN);
    assertThat(again.get(0).getPeak().getObserved()).containsEntry("p95_ms", 900.0);
  }

  @Test
  void shouldSuppressAfterARestart() {
    Anomaly open = find(anomaly("fp", 1, 300).build()).get(0);
    book.read(judge("1", NOW, open, Verdict.FALSE_POSITIVE, null));
    advance(Duration.ofSeconds(2));
    FeedbackBook known = book;
    driver.close();
    book = known;
    start();

    assertThat(advance(Duration.ofSeconds(5))).isEmpty();
    assertThat(find(anomaly("fp", 1, 310).setRevision(1).build())).isEmpty();
  }

  private List<Anomaly> find(Anomaly anomaly) {
    reports.pipeInput(
        "default".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        new TenantReport.Anomalies(List.of(anomaly)));
    return anomalies.readValuesToList();
  }

  private static Anomaly resolved(Anomaly.Builder anomaly) {
    return anomaly.setState(AnomalyState.RESOLVED).setResolvedAt(NOW.plusSeconds(90)).build();
  }

  private List<Anomaly> advance(Duration time) {
    driver.advanceWallClockTime(time);
    return anomalies.readValuesToList();
  }

  private List<String> suppressed() {
    KeyValueStore<String, Anomaly> store = driver.getKeyValueStore(IncidentStores.SUPPRESSED);
    List<String> ids = new java.util.ArrayList<>();
    try (var all = store.all()) {
      all.forEachRemaining(row -> ids.add(row.key));
    }
    return ids;
  }
}
