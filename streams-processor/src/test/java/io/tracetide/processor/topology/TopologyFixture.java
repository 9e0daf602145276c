package io.tracetide.processor.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.cardinality.CardinalityConfig;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.gauge.GaugesConfig;
import io.tracetide.processor.detection.silence.SilenceConfig;
import io.tracetide.processor.feedback.FeedbackRules;
import io.tracetide.processor.incident.IncidentsConfig;
import io.tracetide.processor.metric.MetricsConfig;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.slo.SloConfig;
import io.tracetide.processor.topology.anomaly.AnomalySettings;
import io.tracetide.processor.topology.ledger.LedgerWiring;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.OpenPartitions;
import io.tracetide.processor.topology.window.TotalsWiring;
import io.tracetide.processor.topology.window.WindowWiring;
import io.tracetide.processor.total.LocalTotals;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.runtime.kafka.feedback.FeedbackBook;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.serde.AvroSerde;
import io.tracetide.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/** The whole topology on a test driver. Settings that a test does not set are the defaults. */
public final class TopologyFixture {

  private final InMemorySchemaRegistry registry;
  private final OpenPartitions open = new OpenPartitions();
  private final LocalTotals shown = new LocalTotals();
  private TotalsWiring totals = new TotalsWiring(5_000, Duration.ofDays(1), shown);
  private MeterRegistry meters = new SimpleMeterRegistry();
  private CardinalityConfig cardinality = CardinalityConfig.defaults();
  private MetricsConfig samples = MetricsConfig.defaults();
  private RulesConfig rules = RulesConfig.defaults();
  private DetectionConfig detection = DetectionConfig.defaults();
  private FeedbackBook feedback = new FeedbackBook();
  private GaugesConfig gauges = GaugesConfig.defaults();
  private SloConfig slo = SloConfig.defaults();
  private LedgerWiring ledger = Ledgers.following();
  private TopologyTestDriver driver;

  public TopologyFixture(InMemorySchemaRegistry registry) {
    this.registry = registry;
  }

  public TopologyFixture meters(MeterRegistry meters) {
    this.meters = meters;
    return this;
  }

  public TopologyFixture cardinality(CardinalityConfig cardinality) {
    this.cardinality = cardinality;
    return this;
  }

  /** Limits the running totals of series. */
  public TopologyFixture maxTotals(int series) {
    totals = new TotalsWiring(series, Duration.ofDays(1), shown);
    return this;
  }

  /** The running totals that are shown. */
  public LocalTotals totals() {
    return shown;
  }

  public TopologyFixture samples(MetricsConfig samples) {
    this.samples = samples;
    return this;
  }

  public TopologyFixture rules(RulesConfig rules) {
    this.rules = rules;
    return this;
  }

  public TopologyFixture slo(SloConfig slo) {
    this.slo = slo;
    return this;
  }

  public TopologyFixture detection(DetectionConfig detection) {
    this.detection = detection;
    return this;
  }

  public TopologyFixture feedback(FeedbackBook feedback) {
    this.feedback = feedback;
    return this;
  }

  public TopologyFixture gauges(GaugesConfig gauges) {
    this.gauges = gauges;
    return this;
  }

  public TopologyFixture ledger(LedgerWiring ledger) {
    this.ledger = ledger;
    return this;
  }

  public TraceTopology topology(Clock clock) {
    return new TraceTopology(
        new Environment(
            new WindowWiring(WindowConfig.defaults(), cardinality, true, open, () -> 1, totals),
            ledger,
            samples,
            new AnomalySettings(
                detection,
                gauges,
                SilenceConfig.defaults(),
                rules,
                List.of(),
                slo,
                IncidentsConfig.defaults(),
                AnomaliesConfig.defaults(),
                new FeedbackRules(feedback)),
            registry,
            new ProcessorMetrics(meters),
            clock));
  }

  /** Starts a driver whose wall clock and whose processors begin at the same time. */
  public TopologyTestDriver start(Path stateDir, Instant now) {
    return start(stateDir, now, now);
  }

  /**
   * Starts a driver.
   *
   * @param now what the clock of the timestamp extractors shows
   */
  public TopologyTestDriver start(Path stateDir, Instant wallClock, Instant now) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    driver =
        new TopologyTestDriver(
            topology(Clock.fixed(now, ZoneOffset.UTC)).get(), properties, wallClock);
    return driver;
  }

  public TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  public TestOutputTopic<SeriesKey, WindowAggregate> windows() {
    return driver.createOutputTopic(
        Topics.WINDOW_AGGREGATES,
        AvroSerde.of(registry, Topics.WINDOW_AGGREGATES + "-key", SeriesKey.class).deserializer(),
        AvroSerde.of(registry, Topics.WINDOW_AGGREGATES + "-value", WindowAggregate.class)
            .deserializer());
  }

  public TestOutputTopic<String, Anomaly> anomalies() {
    return driver.createOutputTopic(
        Topics.ANOMALIES,
        new StringDeserializer(),
        AvroSerde.of(registry, Topics.ANOMALIES, Anomaly.class).deserializer());
  }

  /** Open and closed windows, as queries read them. */
  public StateOfDriver state() {
    return new StateOfDriver(driver, open);
  }
}
